"""Eps replaces a small variance.

loses: normalize
hint: You use eps as a lower bound of the variance. It is added to every variance, large or small.
read: moments-eps
"""


def normalize(x, mean, var, eps=1e-5):
    return (x - mean) / np.sqrt(np.maximum(var, eps))
