"""A small number in the denominator guards against constant features.

loses: min_max_scale, standardize
hint: You add a small constant to the denominator. It bends the result of every feature whose own
    scale is small; only a constant feature needs special care.
read: scaling-constant
"""


def min_max_scale(x):
    low = x.min(axis=0)
    return (x - low) / (x.max(axis=0) - low + 1e-8)


def standardize(x):
    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)
