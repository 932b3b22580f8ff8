"""Statistics of half precision come back in float32.

loses: channel_moments
hint: Your statistics of a half-precision batch come back in float32. Compute wide, then return to
    the dtype of x.
read: channels-precision
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(0, 2, 3), correction=0)
    return mean, var
