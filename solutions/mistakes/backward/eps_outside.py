"""Eps is added to the standard deviation.

loses: batch_norm_eval_backward
hint: You add eps to the standard deviation, after the root. It is added to the variance, and the
    root is taken of the sum.
read: backward-eps
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / (np.sqrt(running_var) + eps)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
