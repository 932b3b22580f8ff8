"""The path by the variance counts twice.

loses: batch_norm_backward
hint: The path by the variance is twice as strong as it should be in your dx. Look for a lost
    factor of one half: the root has one in its derivative.
read: backward-variance-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - (dbias + 2 * xhat * dweight) / len(dy))
    return dx, dweight, dbias
