"""The gradients have the dtype of the cache.

loses: batch_norm_backward
hint: Your gradients are as wide as the cache. The forward pass keeps its cache in float32 where
    the batch is half precision, and the gradients have the dtype of dy: convert them at the end.
read: backward-purity
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    wide = np.result_type(dy, xhat)
    dbias, dweight = dy.sum(axis=0, dtype=np.float64), (dy * xhat).sum(axis=0, dtype=np.float64)
    dx = weight * rstd * (dy - dbias / len(dy) - xhat * (dweight / len(dy)))
    return dx.astype(wide), dweight.astype(wide), dbias.astype(wide)
