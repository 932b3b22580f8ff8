"""The path by the variance is missing.

loses: batch_norm_backward
hint: The path by the variance is missing from your dx. Stretching the batch hardly changes the
    output, so hardly any gradient points that way.
read: backward-variance-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - dbias / len(dy))
    return dx, dweight, dbias
