"""The deviation is divided by the variance, without the root.

loses: batch_norm_2d
hint: Your deviations are divided by the variance and not by its root.
read: channels-affine
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / (var + eps) * weight + bias
    return y.to(x.dtype)
