"""Of the half-precision dtypes only float16 is widened.

loses: channel_moments, batch_norm_2d
hint: Your code computes float16 in float32 but bfloat16 as it comes, with 8 bits: means are
    rounded to the next whole step. Both are half precision; ask torch.promote_types for a dtype
    that is wide enough.
read: channels-precision
"""


def channel_moments(x):
    wide = x.float() if x.dtype == torch.float16 else x
    mean = wide.mean(dim=(0, 2, 3))
    var = (wide - mean[:, None, None]).square().mean(dim=(0, 2, 3))
    return mean.to(x.dtype), var.to(x.dtype)


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.float() if x.dtype == torch.float16 else x
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    return ((wide - mean) / torch.sqrt(var + eps) * weight + bias).to(x.dtype)
