"""The batch is scaled and shifted before it is normalized.

loses: batch_norm
hint: You scale and shift x and then normalize, which removes the scale and the shift again.
    Normalize first.
read: forward-affine
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = weight * x.astype(np.promote_types(x.dtype, np.float32)) + bias
    rstd = 1 / np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return xhat.astype(x.dtype), (xhat, weight, rstd)
