"""Sums written as einsum, outputs as one scale and one shift."""


def channel_moments(x):
    wide = x.to(torch.float64)
    count = x.numel() / x.shape[1]
    mean = torch.einsum("nchw->c", wide) / count
    centred = wide - torch.einsum("c,nchw->nchw", mean, torch.ones_like(wide))
    var = torch.einsum("nchw,nchw->c", centred, centred) / count
    return mean.to(x.dtype), var.to(x.dtype)


def batch_norm_2d(x, weight, bias, eps=1e-5):
    mean, var = channel_moments(x.to(torch.float64))
    scale = weight / torch.sqrt(var + eps)
    shift = bias - mean * scale
    return (torch.einsum("nchw,c->nchw", x.double(), scale) + shift.view(1, -1, 1, 1)).to(x.dtype)
