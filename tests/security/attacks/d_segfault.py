"""Writes to address zero.

item: D deep recursion, segfaults
harm: a crash takes the grader with it
deserves: batch_moments 0, normalize 3
says: the process ended by itself
control: by_design: the process that crashes holds one submission and nothing else
"""

import ctypes


def batch_moments(x):
    ctypes.memset(0, 1, 1)
