"""Axes of length one are squeezed away.

loses: min_max_scale, standardize
hint: Your result loses an axis where there is one row or one feature: squeeze removes every axis
    of length one. Return (N, D), also for N = 1 and D = 1.
read: scaling-axis
"""

_range, _deviation = min_max_scale, standardize


def min_max_scale(x):
    return np.squeeze(_range(x))


def standardize(x):
    return np.squeeze(_deviation(x))
