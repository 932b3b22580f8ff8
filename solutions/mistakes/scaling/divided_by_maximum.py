"""The batch is divided by its largest value, and the smallest stays where it falls.

loses: min_max_scale
hint: You divide by the largest value only, so a feature that does not start at zero does not reach
    0. Take off its smallest value first; what is left to divide by is the range.
read: scaling-minmax
"""


def min_max_scale(x):
    high = x.max(axis=0)
    return x / np.where(high == 0, 1, high)
