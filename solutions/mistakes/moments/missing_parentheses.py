"""Only the mean is divided.

loses: normalize
hint: Division comes before subtraction, so your code divides the mean alone. Take the mean off
    first, then divide all of it.
read: moments-normalize
"""


def normalize(x, mean, var, eps=1e-5):
    return x - mean / np.sqrt(var + eps)
