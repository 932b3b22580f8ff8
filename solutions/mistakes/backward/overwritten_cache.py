"""The normalized batch in the cache is overwritten.

loses: batch_norm_backward
hint: Your gradients are right once, but the call changes an array of the cache, so a second call
    is wrong. Compute new arrays.
read: backward-purity
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    xhat *= dweight
    xhat += dbias
    return weight * rstd * (dy - xhat / len(dy)), dweight, dbias
