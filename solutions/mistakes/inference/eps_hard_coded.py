"""Eps is 1e-5 whatever the caller says.

loses: batch_norm_eval
hint: Your evaluation uses an eps of its own and not the one it is given.
read: inference-eps
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + 1e-5)
    return (xhat * weight + bias).astype(x.dtype)
