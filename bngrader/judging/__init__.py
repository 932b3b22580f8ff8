"""Hidden tests against torch, the quiz, and the name of a mistake."""
