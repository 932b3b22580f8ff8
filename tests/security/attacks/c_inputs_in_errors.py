"""Writes hidden inputs into exceptions: message, class name, notes and line.

item: C exfiltration through its own feedback text
harm: hidden inputs are read in the feedback
deserves: nothing
says: raises an Exception
control: by_design: the feedback shows the built-in class of an exception and a line of the file
"""


def batch_moments(x):
    error = type(f"INPUT{x.ravel()[0]}", (Exception,), {})(f"INPUT {x.tolist()}")
    error.add_note(f"INPUT {x.tolist()}")
    raise error


def normalize(x, mean, var, eps=1e-5):
    raise SyntaxError(f"INPUT {x.tolist()}", (f"INPUT{x[0]}", f"INPUT{x[0]}", 1, "INPUT"))
