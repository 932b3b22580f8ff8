"""Eps is not used.

loses: normalize
hint: Your result does not depend on eps. Add it to the variance, so that a constant feature does
    not divide by zero.
read: moments-eps
"""


def normalize(x, mean, var, eps=1e-5):
    return (x - mean) / np.sqrt(var)
