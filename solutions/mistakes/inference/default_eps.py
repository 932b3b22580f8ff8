"""Eps is 1e-3 where it is not given.

loses: batch_norm_eval
hint: Your default eps is not 1e-5. Other libraries have other defaults, and weights that move
    between them change their meaning.
read: inference-eps
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-3):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    return (xhat * weight + bias).astype(x.dtype)
