"""A constant feature is recognized by a deviation of exactly zero.

loses: standardize
hint: You look for a deviation of exactly zero. The mean of equal numbers can be rounded away from
    them, and then the deviation is tiny but not zero: ask the values themselves whether they are
    equal.
read: scaling-constant
"""


def standardize(x):
    sd = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(sd == 0, 1, sd)
