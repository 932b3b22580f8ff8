"""The gradients of weight and bias keep the axis of the rows.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your dweight and dbias have shape (1, D). A gradient has the shape of its parameter, (D,).
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0, keepdims=True), (dy * xhat).sum(axis=0, keepdims=True)
    return weight * rstd * (dy - (dbias + xhat * dweight) / len(dy)), dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    dweight = (dy * xhat).sum(axis=0, keepdims=True)
    return dy * weight * rstd, dweight, dy.sum(axis=0, keepdims=True)
