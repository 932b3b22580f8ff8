"""The weight is applied twice.

loses: batch_norm_backward
hint: The weight enters your dx twice: perhaps once in the gradient of the normalized batch, and
    once more at the end.
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight**2 * rstd * (dy - (dbias + xhat * dweight) / len(dy))
    return dx, dweight, dbias
