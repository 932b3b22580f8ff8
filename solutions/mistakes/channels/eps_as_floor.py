"""Eps replaces a small variance.

loses: batch_norm_2d
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: forward-eps
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    scale = weight * torch.rsqrt(var.clamp(min=eps))
    shape = (-1, 1, 1)
    return ((wide - mean.view(shape)) * scale.view(shape) + bias.view(shape)).to(x.dtype)
