"""Mean and factor meet the images as (C,), along their last axis.

loses: batch_norm_2d
hint: You combine tensors of shape (C,) with images (N, C, H, W) as they are. Broadcasting starts at
    the last axis, which is the width of the images; give them the shape (C, 1, 1).
read: channels-axes
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    return ((wide - mean) / torch.sqrt(var + eps) * weight + bias).to(x.dtype)
