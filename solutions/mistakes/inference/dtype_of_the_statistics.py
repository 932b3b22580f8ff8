"""The output takes the dtype that the arithmetic gives.

loses: batch_norm_eval
hint: Your output takes over the dtype of the statistics. The layer hands on the dtype it was
    given.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    return (x - running_mean) / np.sqrt(running_var + eps) * weight + bias
