"""dy is copied only where the conversion to float64 makes a copy.

loses: batch_norm_backward, batch_norm_eval_backward
hint: The gradient that the caller passed in has other values after the call, if it is float64:
    np.asarray(dy, np.float64) copies only what it has to convert. Compute a new array.
read: backward-purity
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dx = np.asarray(dy, np.float64)
    dbias, dweight = dx.sum(axis=0), (dx * xhat).sum(axis=0)
    dx -= dbias / len(dy) + xhat * (dweight / len(dy))
    dx *= weight * rstd.astype(np.float64)
    return tuple(each.astype(dy.dtype) for each in (dx, dweight, dbias))


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var.astype(np.float64) + eps)
    dx = np.asarray(dy, np.float64)
    dbias, dweight = dx.sum(axis=0), (dx * ((x - running_mean) * rstd)).sum(axis=0)
    dx *= weight * rstd
    return tuple(each.astype(dy.dtype) for each in (dx, dweight, dbias))
