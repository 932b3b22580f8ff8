"""Eps is 1e-5 whatever was asked for.

loses: normalize
hint: Your code always adds 1e-5. That is only the default: use the eps that was passed in.
read: moments-eps
"""


def normalize(x, mean, var, eps=1e-5):
    return (x - mean) / np.sqrt(var + 1e-5)
