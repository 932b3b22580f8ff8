"""The variance is the mean square minus the square of the mean.

loses: channel_moments, batch_norm_2d
hint: Your variance is a difference of two large numbers, and float32 loses it where the mean is
    large. Average the squared deviations from the mean.
read: channels-precision
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=(0, 2, 3))
    var = wide.square().mean(dim=(0, 2, 3)) - mean.square()
    return mean.to(x.dtype), var.to(x.dtype)
