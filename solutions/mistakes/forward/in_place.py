"""The caller's arrays are overwritten.

loses: batch_norm, identity_parameters
hint: An array that the caller passed in has other values after the call. Compute new arrays and
    leave the arguments as they were.
read: forward-purity
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = np.promote_types(x.dtype, np.float32)
    rstd = 1 / np.sqrt(x.var(axis=0, dtype=wide) + eps)
    x -= x.mean(axis=0)
    xhat = x * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-5):
    var += eps
    return np.sqrt(var), mean
