"""The minimum is taken off, but the maximum is not lowered by it.

loses: min_max_scale
hint: You take off the smallest value and then divide by the old largest one. After the shift the
    largest value is smaller too: divide by the range.
read: scaling-minmax
"""


def min_max_scale(x):
    high = x.max(axis=0)
    return (x - x.min(axis=0)) / np.where(high == 0, 1, high)
