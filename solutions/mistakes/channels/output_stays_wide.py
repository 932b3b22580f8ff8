"""The output of half precision comes back in float32.

loses: batch_norm_2d
hint: Your output of a half-precision batch comes back in float32. The layer hands on the dtype of
    x.
read: channels-precision
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y
