"""The mean is that of the batch, the variance the running one.

loses: batch_norm_eval
hint: Your evaluation takes off the mean of the batch and divides by the running spread. Both
    statistics are the running ones.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(running_var + eps)
    return (xhat * weight + bias).astype(x.dtype)
