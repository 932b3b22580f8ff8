"""Eps replaces a small variance.

loses: batch_norm_eval
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: inference-eps
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    var = np.maximum(running_var.astype(np.promote_types(running_var.dtype, np.float32)), eps)
    return ((x - running_mean) / np.sqrt(var) * weight + bias).astype(x.dtype)
