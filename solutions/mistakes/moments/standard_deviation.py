"""The root of the variance is returned.

loses: batch_moments
hint: Your second result is the standard deviation. This function returns its square, the variance:
    eps must still be added to it before the root is taken.
read: moments-eps
"""


def batch_moments(x):
    wide = x.astype(np.float64)
    return wide.mean(axis=0).astype(x.dtype), wide.std(axis=0).astype(x.dtype)
