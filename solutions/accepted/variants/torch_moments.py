"""Moments by torch, on the same memory."""

import torch


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    t = torch.from_numpy(x).double()
    if t.shape[1] % num_groups:
        raise ValueError(f"group_norm: channels is {t.shape[1]}, expected equal groups.")
    groups = t.reshape(t.shape[0], num_groups, -1)
    var, mean = torch.var_mean(groups, dim=-1, correction=0, keepdim=True)
    xhat = ((groups - mean) * torch.rsqrt(var + eps)).reshape(t.shape)
    per_channel = [1, -1] + [1] * (t.ndim - 2)
    w, b = (torch.from_numpy(each).double().reshape(per_channel) for each in (weight, bias))
    return torch.addcmul(b, w, xhat).numpy().astype(x.dtype)
