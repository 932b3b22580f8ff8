"""The statistics are computed without gradients.

loses: batch_norm_2d
hint: Your gradient treats mean and variance as constants. They are functions of x, so the
    gradient flows through them too.
read: backward-mean-path
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    with torch.no_grad():
        mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
