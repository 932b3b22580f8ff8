"""Eps replaces a small variance.

loses: batch_norm_eval_backward
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: backward-eps
"""

_backward = batch_norm_eval_backward


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    return _backward(dy, x, running_mean, np.maximum(running_var, eps), weight, 0.0)
