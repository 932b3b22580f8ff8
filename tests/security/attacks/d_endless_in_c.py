"""Computes for ever inside one C call, where Python sees no signal.

item: D endless loops in Python and in C
harm: the class waits
deserves: batch_moments 0, normalize 3
says: one call took longer than
control: design: the deadline is kept by another process
"""


def batch_moments(x):
    return 3 ** (3**30)
