"""The cache holds the standard deviation, not its reciprocal.

loses: batch_norm
hint: The last entry of your cache is the standard deviation. The contract asks for its reciprocal,
    1 / sqrt(var + eps).
read: forward-cache
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    sd = np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) / sd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, sd)
