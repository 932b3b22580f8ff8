"""Returns endless values: a list that contains itself, a dict with endless items.

item: A objects that lie about themselves
harm: the judge never finishes reading a result
deserves: nothing
says: one call took longer than
control: by_design: values are encoded in the child, to a depth of 12, under the deadline
"""

import itertools


class Endless(dict):
    def items(self):
        return ((str(n), n) for n in itertools.count())


def batch_moments(x):
    loop = []
    loop.append(loop)
    return loop


def normalize(x, mean, var, eps=1e-5):
    return Endless()
