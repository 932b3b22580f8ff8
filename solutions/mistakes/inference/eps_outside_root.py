"""Eps is added to the standard deviation.

loses: batch_norm_eval
hint: Your eps is added after the root. It belongs to the variance, under the root, in evaluation
    as in training.
read: inference-eps
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - running_mean) / (np.sqrt(running_var) + eps)
    return (xhat * weight + bias).astype(x.dtype)
