"""The normalized batch in the cache is scaled and shifted where it lies.

loses: batch_norm
hint: Your output is right, but the first entry of the cache is the output, not the normalized
    batch. An operation in place changed the array that the cache holds.
read: forward-cache
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    cache = (xhat, weight, rstd)
    xhat *= weight
    xhat += bias
    return xhat.astype(x.dtype), cache
