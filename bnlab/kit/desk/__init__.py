"""What goes in and out: the command, the quiz, progress, handing in, a newer handout."""
