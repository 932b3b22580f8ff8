"""Deviations are squared in half precision.

loses: channel_moments
hint: Your squares are taken in the dtype of x. In half precision a deviation of 256 overflows;
    compute the statistics in float32.
read: channels-precision
"""


def channel_moments(x):
    mean = x.mean(dim=(0, 2, 3))
    var = (x - mean[:, None, None]).square().mean(dim=(0, 2, 3))
    return mean, var
