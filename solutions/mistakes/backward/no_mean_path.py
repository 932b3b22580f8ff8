"""The path by the mean is missing.

loses: batch_norm_backward
hint: The path by the mean is missing from your dx. Adding the same number to all rows changes no
    output, so the rows of dx sum to zero.
read: backward-mean-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - xhat * dweight / len(dy))
    return dx, dweight, dbias
