"""The batch is normalized with its own statistics, as in training.

loses: batch_norm_eval
hint: Your evaluation normalizes with the statistics of the batch it is given. Then a row's output
    depends on its company; use the running statistics.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return (xhat * weight + bias).astype(x.dtype)
