"""The gradient of the bias comes before that of the weight.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your last two results are in the wrong order: after dx comes dweight, then dbias.
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - (dbias + xhat * dweight) / len(dy))
    return dx, dbias, dweight


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd, dy.sum(axis=0), (dy * xhat).sum(axis=0)
