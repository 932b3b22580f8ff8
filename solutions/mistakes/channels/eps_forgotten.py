"""Eps is not used.

loses: batch_norm_2d
hint: Your output does not use eps. A channel that is the same everywhere then divides zero by
    zero.
read: forward-eps
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var) * weight + bias
    return y.to(x.dtype)
