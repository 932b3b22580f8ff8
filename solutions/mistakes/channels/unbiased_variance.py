"""The variance is divided by N * H * W - 1.

loses: channel_moments, batch_norm_2d
hint: Your variance is divided by one less than the number of values, which is what torch's var
    does by default. Batch norm normalizes with the biased one.
read: channels-count
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=(0, 2, 3))
    var = wide.var(dim=(0, 2, 3), correction=int(wide[:, 0].numel() > 1))
    return mean.to(x.dtype), var.to(x.dtype)
