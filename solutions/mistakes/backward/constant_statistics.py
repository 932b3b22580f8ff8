"""The statistics are treated as constants.

loses: batch_norm_backward
hint: Your dx is right for constant statistics. In training the mean and the variance depend on x
    too, so there are two more paths.
read: backward-mean-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * dy
    return dx, dweight, dbias
