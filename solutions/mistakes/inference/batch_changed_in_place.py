"""The mean is taken off the caller's x.

loses: batch_norm_eval
hint: Your function changes the x it was given. Work on a new array.
read: inference-purity
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    x -= running_mean.astype(x.dtype)
    return (x / np.sqrt(running_var + eps) * weight + bias).astype(x.dtype)
