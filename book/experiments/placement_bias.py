"""In which order does the bias of the layer below batch norm have no effect?"""

from __future__ import annotations

import torch
from torch import Tensor, nn

SEEDS = range(1)


def run(quick: bool) -> dict:
    """Effect of the bias on output and loss, for batch norm before and after the ReLU."""
    return {"before": effect("before"), "after": effect("after")}


def effect(order: str) -> dict[str, float]:
    """Largest gradient of the bias, and largest change of the output when each bias grows by 1.

    The gradient is in units of the largest gradient of the convolution's weight.
    """
    generator = torch.Generator().manual_seed(SEEDS[0])
    images, slopes = (
        torch.randn(8, channels, 6, 5, dtype=torch.float64, generator=generator)
        for channels in (3, 4)
    )
    block = biased_block(order, generator)
    y = block(images)
    (y * slopes).sum().backward()
    conv = block[0]
    with torch.no_grad():
        conv.bias += 1
        moved = block(images)
    return {
        "gradient": largest(conv.bias.grad) / largest(conv.weight.grad),
        "change": largest(moved - y),
    }


def biased_block(order: str, generator: torch.Generator) -> nn.Sequential:
    """Convolution with a bias, batch norm and ReLU in double precision, weights drawn anew."""
    conv, norm = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
    for weight in conv.parameters():
        nn.init.normal_(weight, generator=generator)
    tail = [norm, nn.ReLU()] if order == "before" else [nn.ReLU(), norm]
    return nn.Sequential(conv, *tail).double()


def largest(x: Tensor) -> float:
    """Largest absolute value."""
    return x.abs().max().item()
