"""A class: what it hands in, its judging on many processes or machines, what it reads."""
