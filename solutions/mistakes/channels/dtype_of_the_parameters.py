"""Only half precision is cast back, and the parameters may widen the rest.

loses: batch_norm_2d
hint: Your output of float32 images takes over the dtype of a float64 weight. The output has the
    dtype of x, whatever that of the parameters.
read: channels-precision
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype) if wide.dtype != x.dtype else y
