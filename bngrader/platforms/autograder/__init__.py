"""The program, and the scripts around it, of the autograder archive."""
