"""All channels share one mean and one variance.

loses: channel_moments, batch_norm_2d
hint: Your statistics are those of all channels together. Each channel has its own.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    c = x.shape[1]
    var, mean = torch.var_mean(wide, correction=0)
    mean, var = mean.repeat(c), var.repeat(c)
    return mean.to(x.dtype), var.to(x.dtype)
