"""The second number is the standard deviation.

loses: channel_moments, batch_norm_2d
hint: Your second number is the standard deviation. Give the variance: eps has to be added before
    the root.
read: channels-count
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=(0, 2, 3))
    var = wide.std(dim=(0, 2, 3), correction=0)
    return mean.to(x.dtype), var.to(x.dtype)
