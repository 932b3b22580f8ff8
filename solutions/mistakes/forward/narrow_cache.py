"""The cache is float32 whatever the batch was.

loses: batch_norm
hint: Your cache is float32 although the batch was float64. The backward pass computes with it, so
    keep the dtype of x or a wider one.
read: forward-cache
"""

_batch_norm = batch_norm


def batch_norm(x, weight, bias, eps=1e-5):
    y, cache = _batch_norm(x, weight, bias, eps)
    return y, tuple(each.astype(np.float32) for each in cache)
