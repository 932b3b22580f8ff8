"""Eps is not used.

loses: batch_norm, identity_parameters
hint: Your result does not depend on eps. It is added to the variance, in the normalization and
    where the normalization is undone.
read: forward-eps
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0))
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-5):
    return np.sqrt(var), mean
