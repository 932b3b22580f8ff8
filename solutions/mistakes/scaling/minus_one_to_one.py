"""The range is mapped onto [-1, 1].

loses: min_max_scale
hint: Your values run from -1 to 1. This function maps each feature onto the range from 0 to 1.
read: scaling-minmax
"""


def min_max_scale(x):
    low = x.min(axis=0)
    spread = x.max(axis=0) - low
    return np.where(spread == 0, 0, 2 * (x - low) / np.where(spread == 0, 1, spread) - 1)
