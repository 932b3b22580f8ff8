"""Eps replaces a small variance.

loses: batch_norm, identity_parameters
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: forward-eps
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = np.promote_types(x.dtype, np.float32)
    mean = x.mean(axis=0, dtype=np.float64).astype(wide)
    centered = x - mean
    rstd = 1 / np.sqrt(np.maximum(np.square(centered).mean(axis=0), eps))
    xhat = centered * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-5):
    return np.sqrt(np.maximum(var, eps)).astype(var.dtype), mean.copy()
