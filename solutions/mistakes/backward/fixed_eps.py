"""Eps is 1e-5 whatever was asked for.

loses: batch_norm_eval_backward
hint: Your code always adds 1e-5. That is only the default: use the eps that was passed in.
read: backward-eps
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + 1e-5)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
