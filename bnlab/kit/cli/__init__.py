"""The command `bnlab`: check, hint, status, submit, update."""
