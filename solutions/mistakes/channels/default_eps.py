"""Eps is 1e-3 where it is not given.

loses: batch_norm_2d
hint: Your default eps is not 1e-5. Channels with a small spread come out smaller.
read: forward-eps
"""


def batch_norm_2d(x, weight, bias, eps=1e-3):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
