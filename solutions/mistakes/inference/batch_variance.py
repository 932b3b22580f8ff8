"""The variance is that of the batch, the mean the running one.

loses: batch_norm_eval
hint: Your evaluation takes off the running mean and divides by the spread of the batch. Both
    statistics are the running ones.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(x.var(axis=0) + eps)
    return (xhat * weight + bias).astype(x.dtype)
