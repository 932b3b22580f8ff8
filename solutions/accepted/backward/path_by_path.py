"""The computation graph backwards, one node at a time, as in the paper."""


def batch_norm_backward(dy, cache):
    out, (xhat, weight, rstd) = dy.dtype, (each.astype(np.float64) for each in cache)
    n = len(dy)
    centred = xhat / rstd
    dbias = np.sum(dy, axis=0, dtype=np.float64)
    dweight = np.sum(dy * xhat, axis=0)
    dxhat = dy * weight
    dvar = np.sum(dxhat * centred, axis=0) * -0.5 * rstd**3
    dmean = -np.sum(dxhat * rstd, axis=0) + dvar * np.mean(-2 * centred, axis=0)
    dx = dxhat * rstd + dvar * 2 * centred / n + dmean / n
    return dx.astype(out), dweight.astype(out), dbias.astype(out)


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    wide = np.promote_types(dy.dtype, np.float32)
    sd = np.sqrt(running_var.astype(wide) + eps)
    xhat = (x - running_mean) / sd
    dx = dy * weight / sd
    dweight, dbias = np.sum(dy * xhat, axis=0, dtype=wide), np.sum(dy, axis=0, dtype=wide)
    return dx.astype(dy.dtype), dweight.astype(dy.dtype), dbias.astype(dy.dtype)
