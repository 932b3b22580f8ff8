"""Each image has its own statistics.

loses: channel_moments, batch_norm_2d
hint: Your statistics are taken image by image. A channel has one mean and one variance for the
    whole batch.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(2, 3), correction=0)  # (N, C)
    return mean.to(x.dtype), var.to(x.dtype)


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
