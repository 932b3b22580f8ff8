"""Sums as einsum, with the common factors taken out."""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = (each.astype(float) for each in cache)
    grad, n = dy.astype(float), dy.shape[0]
    dbias = np.einsum("nd->d", grad)
    dweight = np.einsum("nd,nd->d", grad, xhat)
    inner = n * grad - dbias - np.einsum("nd,d->nd", xhat, dweight)
    dx = np.einsum("d,d,nd->nd", weight, rstd / n, inner)
    return dx.astype(dy.dtype), dweight.astype(dy.dtype), dbias.astype(dy.dtype)


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    grad = dy.astype(float)
    rstd = np.reciprocal(np.sqrt(running_var + eps))
    dweight = np.einsum("nd,nd,d->d", grad, x - running_mean, rstd)
    dx = np.einsum("nd,d,d->nd", grad, weight, rstd)
    return dx.astype(dy.dtype), dweight.astype(dy.dtype), np.einsum("nd->d", grad).astype(dy.dtype)


def numerical_gradient(loss, x, step=1e-5):
    moved, gradient = np.array(x), np.empty(x.shape)
    for index, value in np.ndenumerate(x):
        moved[index] = value + step
        up = loss(moved)
        moved[index] = value - step
        gradient[index] = (up - loss(moved)) / (2 * step)
        moved[index] = value
    return gradient


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    n, d = dy.shape
    dxhat = np.einsum("nd,d->nd", dy, weight)
    drstd = np.einsum("nd,nd->d", dxhat, xhat / rstd)
    dvar = np.einsum("d,d->d", drstd, -0.5 * np.power(rstd, 3))
    by_variance = np.einsum("d,nd->nd", 2 / n * dvar, xhat / rstd)
    dcentered = np.einsum("nd,d->nd", dxhat, rstd) + by_variance
    dmean = -np.einsum("nd->d", dcentered)
    return dxhat, drstd, dvar, dcentered, dmean, dcentered + np.broadcast_to(dmean / n, (n, d))
