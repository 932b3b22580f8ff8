"""View is used, which needs contiguous images.

loses: channel_moments, batch_norm_2d
hint: Your code works only where the images lie in memory in one piece. A transposed or sliced
    batch does not; reshape copes with it, view does not.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    rows = wide.view(*x.shape[:2], -1)
    var, mean = torch.var_mean(rows, dim=(0, 2), correction=0)
    return mean.to(x.dtype), var.to(x.dtype)
