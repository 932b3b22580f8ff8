"""The mean is taken off, and nothing is divided.

loses: standardize
hint: Your features have mean 0, but each keeps its own spread. Divide by the standard deviation as
    well.
read: scaling-zscore
"""


def standardize(x):
    return x - x.mean(axis=0)
