"""The deviations are divided by the variance.

loses: normalize
hint: You divide by the variance. Divide by its root, the standard deviation, which has the unit of
    the feature.
read: moments-normalize
"""


def normalize(x, mean, var, eps=1e-5):
    return (x - mean) / (var + eps)
