"""The deviations are divided by the variance.

loses: standardize
hint: You divide by the variance, whose unit is the square of the feature's. Divide by its root,
    the standard deviation.
read: scaling-zscore
"""


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    centered = np.where(constant, 0, x - x.mean(axis=0))
    return (centered / np.where(constant, 1, x.var(axis=0))).astype(x.dtype)
