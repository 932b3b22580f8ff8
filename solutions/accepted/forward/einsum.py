"""Sums as einsum, and the affine map folded into one scale and one shift."""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.float64)
    n = len(wide)
    mean = np.einsum("nd->d", wide) / n
    centred = wide - mean
    rstd = (np.einsum("nd,nd->d", centred, centred) / n + eps) ** -0.5
    scale = weight * rstd
    y = np.einsum("nd,d->nd", wide, scale) + (bias - mean * scale)
    return y.astype(x.dtype), (centred * rstd, weight.copy(), rstd)


def identity_parameters(mean, var, eps=1e-5):
    return (var + eps) / np.sqrt(var + eps), mean + 0
