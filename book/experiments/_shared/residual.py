"""A residual network in four versions, the fourth with batch norm and ReLU before the weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

ORDERS = ("none", "before", "after", "preact")


class Residual(nn.Module):
    """The input plus a branch of it, then a last step."""

    def __init__(self, branch: nn.Module, last: nn.Module) -> None:
        super().__init__()
        self.branch, self.last = branch, last

    def forward(self, x: Tensor) -> Tensor:
        return self.last(x + self.branch(x))


def resnet(
    norm: str, seed: int = 0, channels: int = 16, stages: Sequence[int] = (0, 2, 2)
) -> nn.Sequential:
    """A network from (N, 1, H, W) to ten logits: a convolution, blocks of two, a mean, a layer.

    Versions of the same seed start from the same weights.

    Args:
        norm: "none"; "before", the order of the first residual networks, with a ReLU behind the
            addition; "after", each ReLU followed by batch norm; "preact", batch norm and ReLU in
            front of each convolution, and nothing behind the addition.
        seed: of the weights.
        channels: of every convolution.
        stages: blocks of each stage; a 2x2 max pool stands between stages.

    Source: He et al. (2016), figure 1 (a) for "before" and (b) for "preact".
    """
    if norm not in ORDERS:
        raise ValueError(f"resnet: norm is {norm!r}, expected one of {', '.join(ORDERS)}.")
    behind_first = [] if norm == "preact" else _around(norm, channels)
    layers: list[nn.Module] = [_conv(1, norm, channels), *behind_first]
    for stage, blocks in enumerate(stages):
        if stage:
            layers.append(nn.MaxPool2d(2))
        layers += [_block(norm, channels) for _ in range(blocks)]
    if norm == "preact":
        layers += _around("before", channels)
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]
    return _seeded(nn.Sequential(*layers), seed)


def _block(norm: str, channels: int) -> Residual:
    first, second = _conv(channels, norm, channels), _conv(channels, norm, channels)
    if norm == "preact":
        front = [_around("before", channels) for _ in range(2)]
        return Residual(nn.Sequential(*front[0], first, *front[1], second), nn.Identity())
    behind = [_around(norm, channels) for _ in range(2)]
    # Without norm and in the order before, the last ReLU waits until the sum is made.
    last = nn.Identity() if norm == "after" else behind[1].pop()
    return Residual(nn.Sequential(first, *behind[0], second, *behind[1]), last)


def _conv(inputs: int, norm: str, outputs: int) -> nn.Conv2d:
    # Where every path leads into a batch norm, it subtracts any bias again.
    return nn.Conv2d(inputs, outputs, 3, padding=1, bias=norm in ("none", "after"))


def _around(norm: str, channels: int) -> list[nn.Module]:
    """The ReLU, with batch norm on the side that its name says."""
    if norm == "none":
        return [nn.ReLU()]
    pair = [nn.BatchNorm2d(channels), nn.ReLU()]
    return pair if norm == "before" else pair[::-1]


def _seeded(model: nn.Sequential, seed: int) -> nn.Sequential:
    weighted = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    with torch.random.fork_rng(devices=[]):
        for index, layer in enumerate(weighted):
            # One stream per layer: a missing bias must not shift the weights of the next layer.
            torch.manual_seed(int(np.random.SeedSequence((seed, index)).generate_state(1)[0]))
            layer.reset_parameters()
    return model
