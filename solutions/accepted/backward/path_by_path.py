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


def numerical_gradient(loss, x, step=1e-5):
    flat = x.ravel()

    def slope(place):
        move = np.zeros(flat.size)
        move[place] = step
        return (loss((flat + move).reshape(x.shape)) - loss((flat - move).reshape(x.shape))) / (
            2 * step
        )

    return np.array([slope(place) for place in range(flat.size)]).reshape(x.shape)


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    n = dy.shape[0]
    std = 1 / rstd
    centered = xhat * std
    dxhat = dy * weight
    drstd = np.sum(dxhat * centered, axis=0)
    dvar = -drstd / (2 * std**3)
    dcentered = dxhat * rstd
    dcentered += 2 / n * dvar * centered
    dmean = np.sum(-dcentered, axis=0)
    dx = dcentered.copy()
    dx += dmean / n
    return dxhat, drstd, dvar, dcentered, dmean, dx
