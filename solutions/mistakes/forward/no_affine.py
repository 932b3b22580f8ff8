"""The normalized batch is returned as it is.

loses: batch_norm
hint: Your output is the normalized batch: weight and bias are not used. They decide the scale and
    the centre of every feature.
read: forward-affine
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return xhat.astype(x.dtype), (xhat, weight, rstd)
