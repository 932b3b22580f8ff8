"""Returns values without an end: a list that holds itself, a dict whose items never stop.

item: A objects that lie about themselves
harm: the judge loops for ever over a result
deserves: nothing
says: one call took longer than
control: design: values are taken apart in the worker, to a depth of 12, under the deadline
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
