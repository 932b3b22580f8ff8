"""The difference is divided by the variance, without the root.

loses: batch_norm_eval
hint: Your difference is divided by the variance and not by its root.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - running_mean) / (running_var + eps)
    return (xhat * weight + bias).astype(x.dtype)
