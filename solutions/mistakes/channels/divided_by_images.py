"""The sums are divided by the number of images.

loses: channel_moments, batch_norm_2d
hint: Your sums run over images and pixels but are divided by the number of images only. Count
    every value of the channel.
read: channels-count
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.sum(dim=(0, 2, 3)) / len(x)
    var = (wide - mean[:, None, None]).square().sum(dim=(0, 2, 3)) / len(x)
    return mean.to(x.dtype), var.to(x.dtype)
