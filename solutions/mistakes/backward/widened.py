"""The gradients are float64 whatever came in.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your gradients are float64 although dy is not. Compute as wide as you like, and return the
    dtype of dy.
read: backward-purity
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = (each.astype(np.float64) for each in cache)
    dbias, dweight = dy.sum(axis=0, dtype=np.float64), (dy * xhat).sum(axis=0)
    return weight * rstd * (dy - (dbias + xhat * dweight) / len(dy)), dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    dy = dy.astype(np.float64)
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
