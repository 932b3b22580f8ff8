"""The weight is missing from dx.

loses: batch_norm_backward, batch_norm_eval_backward
hint: The weight is missing from your dx. The forward pass multiplies by it, and so does the
    gradient.
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, _, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = rstd * (dy - (dbias + xhat * dweight) / len(dy))
    return dx, dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    return dy * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
