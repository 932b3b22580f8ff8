"""A constant feature is divided by its zero range or deviation.

loses: min_max_scale, standardize
hint: A constant feature has no range and no deviation, and your code divides by it all the same.
    Such a feature becomes 0.
read: scaling-constant
"""


def min_max_scale(x):
    low = x.min(axis=0)
    return (x - low) / (x.max(axis=0) - low)


def standardize(x):
    return ((x - x.mean(axis=0)) / x.std(axis=0)).astype(x.dtype)
