"""The variance already holds eps.

loses: batch_moments
hint: Your variance is too large by a small constant, which looks like eps. The moments are those
    of the data; eps belongs to the normalization that follows.
read: moments-eps
"""


def batch_moments(x):
    wide = x.astype(np.float64)
    return wide.mean(axis=0).astype(x.dtype), (wide.var(axis=0) + 1e-5).astype(x.dtype)
