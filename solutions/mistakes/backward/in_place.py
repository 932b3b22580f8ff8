"""The gradient from above is overwritten.

loses: batch_norm_backward, batch_norm_eval_backward
hint: The array dy that the caller passed in has other values after the call. Compute new arrays
    and leave the arguments as they were.
read: backward-purity
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dy *= weight
    mean, along = dy.mean(axis=0), (dy * xhat).mean(axis=0)
    return rstd * (dy - mean - xhat * along), dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dy *= weight * rstd
    return dy, dweight, dbias
