"""The running statistics take in the batch of the evaluation.

loses: batch_norm_eval
hint: Your evaluation moves the running statistics. They learn in training only; data that is
    evaluated must leave no trace.
read: inference-purity
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    running_mean += 0.1 * (x.mean(axis=0) - running_mean)
    running_var += 0.1 * (x.var(axis=0) - running_var)
    return (xhat * weight + bias).astype(x.dtype)
