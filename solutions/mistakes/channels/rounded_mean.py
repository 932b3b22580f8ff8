"""The mean of half precision is rounded to it before it is taken off.

loses: channel_moments
hint: Your mean of half precision is rounded to half precision before you take it off: at 2049
    it is off by 1, and so is every deviation. Keep the mean in float32 until the end.
read: moments-precision
"""


def channel_moments(x):
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var = (wide - mean).square().mean(dim=(0, 2, 3))
    return mean.flatten(), var.to(x.dtype)
