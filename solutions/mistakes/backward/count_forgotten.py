"""The compact formula is not divided by N.

loses: batch_norm_backward
hint: Your dx is N times too large. The formula with N times the gradient, less the two sums, is
    divided by N as a whole.
read: backward-mean-path
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = (each.astype(np.float64) for each in cache)
    wide = dy.astype(np.float64)
    dbias, dweight = wide.sum(axis=0), (wide * xhat).sum(axis=0)
    dx = weight * rstd * (len(dy) * wide - dbias - xhat * dweight)
    return tuple(each.astype(dy.dtype) for each in (dx, dweight, dbias))
