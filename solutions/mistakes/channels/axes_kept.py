"""The statistics come back with shape (1, C, 1, 1).

loses: channel_moments, batch_norm_2d
hint: Your statistics kept axes of length 1. One number per channel is a tensor of shape (C,).
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(0, 2, 3), correction=0, keepdim=True)
    return mean.to(x.dtype), var.to(x.dtype)
