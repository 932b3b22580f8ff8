"""Half precision is widened to float32, and the gradients are not narrowed again.

loses: batch_norm_backward, batch_norm_eval_backward
hint: You widen half precision, which is careful, and return float32, which is not asked for. Each
    gradient has the dtype of dy.
read: backward-purity
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    wide = np.promote_types(dy.dtype, np.float32)
    dbias, dweight = dy.sum(axis=0, dtype=wide), (dy * xhat).sum(axis=0, dtype=wide)
    return weight * rstd * (dy - (dbias + xhat * dweight) / len(dy)), dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    wide = np.promote_types(dy.dtype, np.float32)
    rstd = 1 / np.sqrt(running_var.astype(wide) + eps)
    dweight = (dy * ((x - running_mean) * rstd)).sum(axis=0)
    return dy * weight * rstd, dweight, dy.sum(axis=0, dtype=wide)
