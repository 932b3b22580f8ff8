"""The mean is right, and the sum of squares is divided by the number of images.

loses: channel_moments, batch_norm_2d
hint: Your sum of squares runs over images and pixels but is divided by the number of images only.
    Count every value of the channel, as in the mean.
read: channels-count
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=(0, 2, 3))
    var = (wide - mean[:, None, None]).square().sum(dim=(0, 2, 3)) / len(x)
    return mean.to(x.dtype), var.to(x.dtype)
