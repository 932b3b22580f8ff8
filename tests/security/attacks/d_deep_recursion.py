"""Raises the recursion limit and recurses until the C stack overflows.

item: D deep recursion, segfaults
harm: a crash takes the grader with it
deserves: batch_moments 0, normalize 3
says: "passed": false
control: by_design: the process that crashes holds one submission and nothing else
"""

import sys


def batch_moments(x):
    sys.setrecursionlimit(2**31 - 1)

    class Deep:
        def __repr__(self):
            return repr([self])

    return repr(Deep())
