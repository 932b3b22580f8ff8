"""The computation graph backwards, one node at a time, as in the paper."""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    n = len(dy)
    centred = xhat / rstd
    dbias = np.sum(dy, axis=0)
    dweight = np.sum(dy * xhat, axis=0)
    dxhat = dy * weight
    dvar = np.sum(dxhat * centred, axis=0) * -0.5 * rstd**3
    dmean = -np.sum(dxhat * rstd, axis=0) + dvar * np.mean(-2 * centred, axis=0)
    dx = dxhat * rstd + dvar * 2 * centred / n + dmean / n
    return dx, dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    sd = np.sqrt(running_var + eps)
    xhat = (x - running_mean) / sd
    dxhat = dy * weight
    return dxhat / sd, np.sum(dy * xhat, axis=0), np.sum(dy, axis=0)
