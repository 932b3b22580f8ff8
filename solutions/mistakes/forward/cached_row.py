"""The last entry of the cache keeps the axis of the rows.

loses: batch_norm
hint: The last entry of your cache has shape (1, D). There is one number per feature, so the shape
    is (D,).
read: forward-cache
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0, keepdims=True) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
