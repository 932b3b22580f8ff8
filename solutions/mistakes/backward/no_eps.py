"""Eps is not used.

loses: batch_norm_eval_backward
hint: Your gradients do not depend on eps. The output was divided by the root of the variance plus
    eps, and so are they.
read: backward-eps
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
