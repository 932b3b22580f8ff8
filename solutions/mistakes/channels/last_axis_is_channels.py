"""The last axis is taken for the channels.

loses: channel_moments, batch_norm_2d
hint: Your statistics belong to the columns of pixels: you kept the last axis. Here the channels
    are the second axis.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(0, 1, 2), correction=0)  # (W,)
    return mean.to(x.dtype), var.to(x.dtype)
