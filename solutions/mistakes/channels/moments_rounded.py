"""Half precision is normalized with moments that were rounded to half precision.

loses: batch_norm_2d
hint: You normalize with what channel_moments returns for half-precision images: a mean rounded to
    a few digits, and a variance that may be too large for float16. Give it the images in float32.
read: channels-precision
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    mean, var = channel_moments(x)
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    return ((wide - mean) / torch.sqrt(var.to(wide.dtype) + eps) * weight + bias).to(x.dtype)
