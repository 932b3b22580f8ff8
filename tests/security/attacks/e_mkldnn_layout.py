"""Calls F.batch_norm on a tensor in the layout of oneDNN, which has its own kernel.

item: E every other native normalization
unit: channels
harm: the task is not done
deserves: channel_moments 4, batch_norm_2d 0
says: calls torch's own
control: by_design: the kernel of oneDNN computes in float32, which the tests in float64
    notice as well
"""

import torch.nn.functional as F


def batch_norm_2d(x, weight, bias, eps=1e-5):
    state = torch.zeros(x.shape[1]), torch.ones(x.shape[1])
    there = x.detach().float().contiguous().to_mkldnn()
    y = F.batch_norm(there, *state, weight.float(), bias.float(), True, 0.1, eps)
    return y.to_dense().to(x.dtype)
