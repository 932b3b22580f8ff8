"""The variance is divided by N - 1.

loses: batch_moments
hint: Your variance is divided by N - 1. Batch norm normalizes with the variance of the batch
    itself, divided by N.
read: moments-biased
"""


def batch_moments(x):
    wide = x.astype(np.float64)
    return x.mean(axis=0), wide.var(axis=0, ddof=1).astype(x.dtype)
