"""The bias is not added.

loses: batch_norm
hint: Your output does not depend on the bias. It is added after the weight has been applied.
read: forward-affine
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat).astype(x.dtype), (xhat, weight, rstd)
