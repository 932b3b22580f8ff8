"""torch computes, NumPy goes in and comes out."""

import torch


def batch_moments(x):
    t = torch.from_numpy(x.copy())
    var, mean = torch.var_mean(t.float() if t.dtype == torch.float16 else t, dim=0, correction=0)
    return mean.to(t.dtype).numpy(), var.to(t.dtype).numpy()


def normalize(x, mean, var, eps=1e-5):
    x, mean, var = (torch.tensor(each) for each in (x, mean, var))
    return ((x - mean) * torch.rsqrt(var + eps)).numpy()
