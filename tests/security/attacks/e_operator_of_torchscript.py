"""Calls TorchScript's operator for oneDNN's layer norm, in float32.

item: E every other native normalization
unit: channels
harm: the task is not done
deserves: channel_moments 4, batch_norm_2d 0
says: calls torch's own
control: by_design: no tensor can be brought into the layout of oneDNN
"""

import torch


def batch_norm_2d(x, weight, bias, eps=1e-5):
    rows = x.float().transpose(0, 1).flatten(1).contiguous()
    one = torch.ones(rows.shape[1])
    tensors = [each.to_mkldnn() for each in (rows, one, torch.zeros_like(one))]
    y = torch.ops.prim.MKLDNNLayerNorm(tensors[0], [rows.shape[1]], *tensors[1:], eps, False)
    y = y.to_dense().reshape(x.shape[1], x.shape[0], *x.shape[2:]).transpose(0, 1)
    return (y * weight[:, None, None] + bias[:, None, None]).to(x.dtype)
