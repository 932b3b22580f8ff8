"""One range and one deviation serve all features.

loses: min_max_scale, standardize
hint: Your code uses one set of statistics for the whole array, so the feature with the largest
    numbers decides for all of them. Each column needs its own.
read: scaling-axis
"""


def min_max_scale(x):
    low, high = x.min(), x.max()
    return (x - low) / (high - low)


def standardize(x):
    return (x - x.mean()) / x.std()
