"""Eps is added to the standard deviation.

loses: normalize
hint: You add eps to the standard deviation, after the root. It is added to the variance, and the
    root is taken of the sum.
read: moments-eps
"""


def normalize(x, mean, var, eps=1e-5):
    return (x - mean) / (np.sqrt(var) + eps)
