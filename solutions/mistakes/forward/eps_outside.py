"""Eps is added to the standard deviation.

loses: batch_norm, identity_parameters
hint: You add eps to the standard deviation, after the root. It is added to the variance, and the
    root is taken of the sum.
read: forward-eps
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / (wide.std(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-5):
    return np.sqrt(var) + eps, mean
