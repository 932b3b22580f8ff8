"""Calls the decomposition in Python that torch has for its compiler.

item: E native normalizations in torch._refs and torch._decomp
unit: channels
harm: the task is not done
deserves: channel_moments 4, batch_norm_2d 0
says: calls torch's own
control: by_design: the decompositions are replaced before any submission is imported
"""

import torch._decomp.decompositions as decompositions


def batch_norm_2d(x, weight, bias, eps=1e-5):
    args = None, None, True, 0.0, eps
    y = decompositions.native_batch_norm_decomposition(
        x.double(), weight.double(), bias.double(), *args
    )
    return y[0].to(x.dtype)
