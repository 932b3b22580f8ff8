"""The mean is taken off, and the result divided by the range.

loses: min_max_scale
hint: You take off the mean, so the values lie around 0. What becomes 0 here is the smallest value
    of the feature.
read: scaling-minmax
"""


def min_max_scale(x):
    spread = x.max(axis=0) - x.min(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread == 0, 1, spread)
