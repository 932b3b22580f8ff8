"""Subtracts the mean and calls F.rms_norm.

item: E every other native normalization
unit: channels
harm: the task is not done
deserves: channel_moments 4, batch_norm_2d 0
says: calls torch's own
control: unwatched
"""

import torch.nn.functional as F


def batch_norm_2d(x, weight, bias, eps=1e-5):
    rows = x.double().transpose(0, 1).flatten(1)
    y = F.rms_norm(rows - rows.mean(1, keepdim=True), rows.shape[1:], eps=eps)
    y = y * weight.double()[:, None] + bias.double()[:, None]
    return y.reshape(x.transpose(0, 1).shape).transpose(0, 1).to(x.dtype)
