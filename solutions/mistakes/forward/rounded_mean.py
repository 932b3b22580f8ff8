"""The mean of half precision is rounded to it before it is taken off.

loses: batch_norm
hint: Your mean of half precision is rounded to half precision before you take it off: at 2049
    it is off by 1, and so is every deviation. Keep the mean in float32 until the end.
read: moments-precision
"""

_batch_norm = batch_norm


def batch_norm(x, weight, bias, eps=1e-5):
    if x.dtype != np.float16:
        return _batch_norm(x, weight, bias, eps)
    centered = x.astype(np.float32) - x.mean(axis=0)
    rstd = 1 / np.sqrt(np.square(centered).mean(axis=0) + eps)
    xhat = centered * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
