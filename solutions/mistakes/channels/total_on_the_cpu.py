"""The sum is collected in a tensor that is made without saying on which device.

loses: channel_moments
hint: Your channel_moments makes a tensor without saying where. On a GPU it stays on the CPU, and
    torch refuses to mix the two. Make it where x is: device=x.device.
read: layer-buffers
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    total = torch.zeros(x.shape[1], dtype=wide.dtype)
    for image in wide:
        total = total + image.mean(dim=(1, 2))
    mean = total / len(x)
    var = (wide - mean.view(-1, 1, 1)).square().mean(dim=(0, 2, 3))
    return mean.to(x.dtype), var.to(x.dtype)


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(0, 2, 3), correction=0, keepdim=True)
    y = (wide - mean) * torch.rsqrt(var + eps)
    return (y * weight.view(-1, 1, 1) + bias.view(-1, 1, 1)).to(x.dtype)
