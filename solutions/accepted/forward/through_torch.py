"""torch computes, NumPy goes in and comes out."""

import torch


def batch_norm(x, weight, bias, eps=1e-5):
    t, w, b = (torch.tensor(each) for each in (x, weight, bias))
    wide = t.to(torch.promote_types(t.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=0, unbiased=False)
    rstd = torch.rsqrt(var + eps)
    xhat = (wide - mean) * rstd
    y = torch.addcmul(b.to(wide.dtype), xhat, w.to(wide.dtype)).to(t.dtype)
    return y.numpy(), (xhat.numpy(), weight, rstd.numpy())


def identity_parameters(mean, var, eps=1e-5):
    return torch.tensor(var).add(eps).sqrt().numpy(), mean
