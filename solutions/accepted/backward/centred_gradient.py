"""The gradient of the normalized batch less its mean and less its part along that batch."""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dxhat = dy * weight
    dxhat = dxhat - dxhat.mean(axis=0)
    dx = (dxhat - xhat * (dxhat * xhat).mean(axis=0)) * rstd
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    # Evaluation is y = scale * x + shift: everything follows from the slope of a line.
    rstd = (running_var + eps) ** -0.5
    dscale, dbias = (dy * x).sum(axis=0), dy.sum(axis=0)
    return weight * rstd * dy, (dscale - running_mean * dbias) * rstd, dbias
