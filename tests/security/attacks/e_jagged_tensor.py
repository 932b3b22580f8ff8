"""Calls layer norm on a jagged nested tensor, which torch computes in Python.

item: E decompositions and references
unit: channels
harm: the task is not done
deserves: channel_moments 4, batch_norm_2d 0
control: by_design: the functions in Python are replaced before any submission is imported
"""

import torch


def batch_norm_2d(x, weight, bias, eps=1e-5):
    rows = x.double().transpose(0, 1).flatten(1)
    jagged = torch.nested.nested_tensor([row[:, None] for row in rows], layout=torch.jagged)
    y = torch.nn.functional.layer_norm(jagged, jagged.shape[1:], eps=eps).values()
    y = y.reshape(x.shape[1], x.shape[0], *x.shape[2:]).transpose(0, 1)
    return (y * weight[:, None, None] + bias[:, None, None]).to(x.dtype)
