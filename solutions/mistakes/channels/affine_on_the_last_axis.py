"""Weight and bias are left to broadcast on the last axis.

loses: batch_norm_2d
hint: Your weight and bias line up with the last axis, the columns of pixels. Where the image is
    as wide as there are channels, nothing even complains. Give them axes for height and width.
read: channels-affine
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    xhat = (wide - mean[:, None, None]) / torch.sqrt(var + eps)[:, None, None]
    y = xhat * weight + bias
    return y.to(x.dtype)
