"""N is taken to be the number of features.

loses: batch_norm_backward
hint: Your dx divides by the number of features. The statistics are means over the rows, so N is
    the number of rows.
read: backward-mean-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - (dbias + xhat * dweight) / dy.shape[1])
    return dx, dweight, dbias
