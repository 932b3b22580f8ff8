"""The deviation is divided by N - 1.

loses: standardize
hint: Your deviation divides by N - 1. Here the rows at hand are the whole data set, and the
    deviation divides by N.
read: scaling-zscore
"""


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    centered = np.where(constant, 0, x - x.mean(axis=0))
    return (centered / np.where(constant, 1, x.std(axis=0, ddof=1))).astype(x.dtype)
