"""The running statistics are applied a second time.

loses: batch_norm_eval
hint: Your evaluation applies the running statistics to values that are normalized already. They
    are used once.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    std = np.sqrt(running_var + eps)
    xhat = (x - running_mean) / std
    return ((xhat - running_mean) / std * weight + bias).astype(x.dtype)
