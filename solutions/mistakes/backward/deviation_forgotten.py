"""The division by the deviation is missing from dx.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your dx stops at the normalized batch. From there to x there is still the division by the
    standard deviation.
read: backward-variance-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, _ = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * (dy - (dbias + xhat * dweight) / len(dy))
    return dx, dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    return dy * weight, (dy * xhat).sum(axis=0), dy.sum(axis=0)
