"""The deviations are divided by the variance.

loses: batch_norm
hint: You divide by the variance. Divide by its root, the standard deviation, so that every feature
    gets the same scale.
read: moments-normalize
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / (wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
