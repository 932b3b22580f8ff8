"""How often does a batch norm see a batch when its activations are checkpointed?"""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

SEEDS = range(1)
ROWS, FEATURES = 32, 8


def run(quick: bool) -> dict:
    """State and gradient after one training step, without and with checkpointing."""
    draw = torch.Generator().manual_seed(SEEDS[0])
    x = 1 + torch.randn(ROWS, FEATURES, dtype=torch.float64, generator=draw)
    slopes = torch.randn(ROWS, FEATURES, dtype=torch.float64, generator=draw)
    plain = nn.BatchNorm1d(FEATURES).double()
    saving = copy.deepcopy(plain)
    found = {}
    for name, layer in (("plain", plain), ("checkpointed", saving)):
        leaf = x.clone().requires_grad_()
        y = layer(leaf) if layer is plain else checkpoint(layer, leaf, use_reentrant=False)
        (y * slopes).sum().backward()
        found[name] = leaf.grad
    share = {
        name: (layer.running_mean / x.mean(0)).mean().item()
        for name, layer in (("plain", plain), ("checkpointed", saving))
    }
    return {
        "batches": {
            "plain": plain.num_batches_tracked.item(),
            "checkpointed": saving.num_batches_tracked.item(),
        },
        "share_of_the_batch": share,
        "gradient_difference": (found["plain"] - found["checkpointed"]).abs().max().item(),
    }
