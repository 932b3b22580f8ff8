"""The variance is computed without gradients.

loses: batch_norm_2d
hint: Your gradient treats the variance as a constant. It is a function of x, so the gradient
    flows through it too.
read: backward-variance-path
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    var = var.detach()
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
