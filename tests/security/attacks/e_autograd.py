"""Computes by autograd the gradient that the chapter derives by hand.

item: E autograd for the task that says "by hand"
unit: backward
harm: the gradient is not derived
deserves: numerical_gradient 2, backward_steps 4, batch_norm_backward 0, batch_norm_eval_backward 0
says: This unit is written in NumPy
control: by_design: in a unit written in NumPy, no other library can be imported
"""

import torch


def differentiate(function, dy, *arrays):
    leaves = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in arrays]
    function(*leaves).backward(torch.tensor(dy, dtype=torch.float64))
    return tuple(leaf.grad.numpy().astype(dy.dtype) for leaf in leaves)


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = (each.astype(np.float64) for each in cache)
    centred = xhat / rstd
    eps = torch.tensor(1 / rstd**2 - np.square(centred).mean(axis=0))

    def forward(x, w, b):
        moved = x - x.mean(0)
        return w * moved / torch.sqrt(moved.square().mean(0) + eps) + b

    return differentiate(forward, dy, centred, weight, np.zeros_like(weight))


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    mean, var = (torch.tensor(each).double() for each in (running_mean, running_var))

    def forward(t, w, b):
        return (t - mean) / torch.sqrt(var + eps) * w + b

    return differentiate(forward, dy, x, weight, np.zeros_like(weight))
