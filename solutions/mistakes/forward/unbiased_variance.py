"""The variance is divided by N - 1.

loses: batch_norm
hint: Your variance is divided by N - 1. Batch norm normalizes with the variance of the batch
    itself, divided by N.
read: moments-biased
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0, ddof=1) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
