"""Calls F.batch_norm through torch.compile with the eager backend.

item: E native normalizations by torch.compile
unit: channels
harm: the task is not done
deserves: channel_moments 4, batch_norm_2d 0
says: "passed": false
control: by_design: compiled code calls the same kernels, which are replaced
"""

import torch.nn.functional as F


def plain(x, weight, bias, eps):
    return F.batch_norm(x, None, None, weight, bias, True, 0.0, eps)


def batch_norm_2d(x, weight, bias, eps=1e-5):
    compiled = torch.compile(plain, backend="eager", dynamic=True)
    return compiled(x.double(), weight.double(), bias.double(), float(eps)).to(x.dtype)
