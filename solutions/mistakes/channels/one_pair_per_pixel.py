"""Each pixel of each channel has its own statistics.

loses: channel_moments, batch_norm_2d
hint: Your statistics are taken pixel by pixel, as if every pixel were a feature of its own. All
    pixels of a channel share one mean and one variance.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=0, correction=0)  # (C, H, W)
    return mean.to(x.dtype), var.to(x.dtype)
