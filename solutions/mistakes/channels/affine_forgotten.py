"""Weight and bias are not used.

loses: batch_norm_2d
hint: Your output leaves out weight and bias.
read: channels-affine
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps)
    return y.to(x.dtype)
