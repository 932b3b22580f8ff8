"""Torch does the arithmetic, and NumPy arrays go in and out."""

import torch


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if x.shape[0] == 1:
        raise ValueError("update_running_stats: number of rows is 1, expected at least 2.")
    var, mean = torch.var_mean(torch.tensor(x), dim=0)
    old_mean, old_var = torch.tensor(running_mean), torch.tensor(running_var)
    new_mean = torch.lerp(old_mean.double(), mean.double(), momentum)
    new_var = torch.lerp(old_var.double(), var.double(), momentum)
    return new_mean.to(old_mean.dtype).numpy(), new_var.to(old_var.dtype).numpy()


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    rows = torch.tensor(x)
    mean, var, weight, bias = map(torch.tensor, (running_mean, running_var, weight, bias))
    y = torch.addcmul(bias, weight, (rows - mean) * torch.rsqrt(var + eps))
    return y.to(rows.dtype).numpy()
