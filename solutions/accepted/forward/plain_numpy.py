"""NumPy's mean and var by their names; the accumulator is widened for half precision only."""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = np.float32 if x.dtype == np.float16 else None
    mean, var = x.mean(axis=0, dtype=wide), x.var(axis=0, dtype=wide)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    y = xhat * weight + bias
    return y.astype(x.dtype), [xhat, weight, rstd]


def identity_parameters(mean, var, eps=1e-5):
    return np.hypot(np.sqrt(var), np.sqrt(eps)).astype(var.dtype), mean
