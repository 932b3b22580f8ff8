"""The statistics of the batch replace the running ones.

loses: batch_norm_eval_backward
hint: Your gradients use the mean and the variance of x. In evaluation the output came from the
    running statistics, and the gradients use those.
read: backward-eval
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return dy * weight * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
