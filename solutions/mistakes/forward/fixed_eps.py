"""Eps is 1e-5 whatever was asked for.

loses: batch_norm, identity_parameters
hint: Your code always adds 1e-5. That is only the default: use the eps that was passed in.
read: forward-eps
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0) + 1e-5)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-5):
    return np.sqrt(var + 1e-5), mean
