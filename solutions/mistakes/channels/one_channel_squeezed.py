"""Statistics are squeezed, and one channel has no axis left.

loses: batch_norm_2d
hint: Your squeeze drops every axis of length 1. Where there is one channel, nothing is left to
    index; name the axes to drop, or give them a shape.
read: channels-axes
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(0, 2, 3), correction=0, keepdim=True)
    mean, var, weight, bias = (
        each[:, None, None] for each in (mean.squeeze(), var.squeeze(), weight, bias)
    )
    return ((wide - mean) / torch.sqrt(var + eps) * weight + bias).to(x.dtype)
