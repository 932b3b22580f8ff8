"""The path by the variance divides by N - 1.

loses: batch_norm_backward
hint: The path by the variance divides by N - 1 in your dx. The forward pass divides by N, and so
    does its gradient.
read: backward-variance-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - dbias / len(dy) - xhat * dweight / (len(dy) - 1))
    return dx, dweight, dbias
