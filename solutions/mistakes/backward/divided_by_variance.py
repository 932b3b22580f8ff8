"""dx is divided by the variance.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your dx is divided by the variance. The forward pass divides by the standard deviation once,
    and so does the gradient.
read: backward-eps
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd**2 * (dy - (dbias + xhat * dweight) / len(dy))
    return dx, dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd**2, (dy * xhat).sum(axis=0), dy.sum(axis=0)
