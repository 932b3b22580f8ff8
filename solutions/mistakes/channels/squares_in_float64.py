"""The variance is E[x^2] - E[x]^2, computed in float64.

loses: channel_moments, batch_norm_2d
hint: You take off the square of the mean from the mean of the squares. float64 only moves the
    place where the digits end: around 1e8 none is left. Square the deviations.
read: moments-cancellation
"""


def channel_moments(x):
    wide = x.double()
    mean = wide.mean(dim=(0, 2, 3))
    var = (wide.square().mean(dim=(0, 2, 3)) - mean.square()).clamp(min=0)
    return mean.to(x.dtype), var.to(x.dtype)
