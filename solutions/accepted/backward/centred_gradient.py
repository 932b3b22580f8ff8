"""The gradient of the normalized batch less its mean and less its part along that batch."""


def in_float64(*arrays):
    return (each.astype(np.float64) for each in arrays)


def as_given(dy, *gradients):
    return tuple(each.astype(dy.dtype) for each in gradients)


def batch_norm_backward(dy, cache):
    grad, xhat, weight, rstd = in_float64(dy, *cache)
    dxhat = grad * weight
    dxhat = dxhat - dxhat.mean(axis=0)
    dx = (dxhat - xhat * (dxhat * xhat).mean(axis=0)) * rstd
    return as_given(dy, dx, (grad * xhat).sum(axis=0), grad.sum(axis=0))


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    # Evaluation is y = scale * x + shift: everything follows from the slope of a line.
    grad, x, mean, var = in_float64(dy, x, running_mean, running_var)
    rstd = (var + eps) ** -0.5
    dscale, dbias = (grad * x).sum(axis=0), grad.sum(axis=0)
    return as_given(dy, weight * rstd * grad, (dscale - mean * dbias) * rstd, dbias)


def numerical_gradient(loss, x, step=1e-5):
    gradient = np.zeros_like(x)
    places = np.nditer(x, flags=["multi_index"])
    for _ in places:
        move = np.zeros_like(x)
        move[places.multi_index] = step
        gradient[places.multi_index] = (loss(x + move) - loss(x - move)) / (step + step)
    return gradient


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    dxhat = dy * weight
    along = (dxhat * xhat).sum(axis=0)
    drstd, dvar = along / rstd, -along * rstd**2 / 2
    dcentered = rstd * (dxhat - xhat * along / len(dy))
    # The deviations sum to zero, so the mean gets nothing by the variance.
    dmean = -rstd * dxhat.sum(axis=0)
    return dxhat, drstd, dvar, dcentered, dmean, dcentered - dcentered.mean(axis=0)
