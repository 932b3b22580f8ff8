"""Weight and bias are not used.

loses: batch_norm_eval
hint: Your evaluation leaves out weight and bias. They were learned, and they act in both modes.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    return ((x - running_mean) / np.sqrt(running_var + eps)).astype(x.dtype)
