"""The bias is added before the weight is applied.

loses: batch_norm
hint: Your bias is multiplied by the weight. Scale the normalized batch first, then add the bias as
    it is.
read: forward-affine
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * (xhat + bias)).astype(x.dtype), (xhat, weight, rstd)
