"""The weight multiplies x before the mean is taken off.

loses: batch_norm_eval
hint: Your weight multiplies x before the mean is taken off. Normalize first; then weight and
    bias.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    return ((weight * x - running_mean) / np.sqrt(running_var + eps) + bias).astype(x.dtype)
