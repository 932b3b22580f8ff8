"""The judge: hidden tests, the diagnosis of mistakes, the quiz and the static review."""
