"""eps becomes a tensor with one number per channel, made without saying on which device.

loses: batch_norm_2d
hint: Your batch_norm_2d makes a tensor without saying where. On a GPU it stays on the CPU, and
    torch refuses to mix the two. Make it where x is, or let a plain number be a number.
read: layer-buffers
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    rstd = torch.rsqrt(var + torch.full((x.shape[1],), eps, dtype=wide.dtype))
    y = (wide - mean.view(-1, 1, 1)) * (weight * rstd).view(-1, 1, 1) + bias.view(-1, 1, 1)
    return y.to(x.dtype)
