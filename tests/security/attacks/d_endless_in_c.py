"""Computes without end inside one C call, where Python handles no signal.

item: D endless loops in Python and in C
harm: the grading stops
deserves: batch_moments 0, normalize 3
says: one call took longer than
control: by_design: another process enforces the deadline
"""


def batch_moments(x):
    return 3 ** (3**30)
