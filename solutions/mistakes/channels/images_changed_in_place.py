"""The mean is taken off the caller's images.

loses: channel_moments, batch_norm_2d
hint: Your function changes the images it was given. Work on a new tensor.
read: moments-purity
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=(0, 2, 3))
    wide -= mean[:, None, None]
    var = wide.square().mean(dim=(0, 2, 3))
    return mean.to(x.dtype), var.to(x.dtype)
