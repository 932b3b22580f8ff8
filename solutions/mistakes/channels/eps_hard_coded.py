"""Eps is 1e-5 whatever the caller says.

loses: batch_norm_2d
hint: Your output uses an eps of its own and not the one it is given.
read: forward-eps
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + 1e-5) * weight + bias
    return y.to(x.dtype)
