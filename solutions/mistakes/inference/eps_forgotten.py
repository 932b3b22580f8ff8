"""Eps is not used.

loses: batch_norm_eval
hint: Your evaluation does not use eps. Without it the output differs from training, and a feature
    that never varied divides by zero.
read: inference-eps
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var)
    return (xhat * weight + bias).astype(x.dtype)
