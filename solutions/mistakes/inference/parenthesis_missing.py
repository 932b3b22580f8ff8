"""Only the mean is divided by the root, not the difference.

loses: batch_norm_eval
hint: Your division reaches only the mean and not the difference: a pair of parentheses is
    missing.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = x - running_mean / np.sqrt(running_var + eps)
    return (xhat * weight + bias).astype(x.dtype)
