"""How much time does folding save in evaluation?"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from bnlab.kit.nets.models import convnet, lenet
from book.experiments._shared.analysis import median_summary
from book.experiments.folding_exact import folded


class Operations(nn.Module):
    """Batch norm of maps in evaluation, as single operations and not as one kernel."""

    def __init__(self, layer: nn.BatchNorm2d) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        mean, var, weight, bias = (
            each.view(-1, 1, 1)
            for each in (
                self.layer.running_mean,
                self.layer.running_var,
                self.layer.weight,
                self.layer.bias,
            )
        )
        return (x - mean) / torch.sqrt(var + self.layer.eps) * weight + bias


def depthwise(channels: int, layers: int = 3) -> nn.Sequential:
    """Convolutions in which each output sees one channel, each with batch norm and ReLU."""
    conv = functools.partial(nn.Conv2d, channels, channels, 3, padding=1, groups=channels)
    units = [(conv(bias=False), nn.BatchNorm2d(channels), nn.ReLU()) for _ in range(layers)]
    return nn.Sequential(*(part for unit in units for part in unit))


def middle() -> nn.Sequential:
    """Three convolutions of 32 channels."""
    return convnet("before", stages=((32,), (32,), (32,)))


SEEDS = range(1)
REPEATS = 41
NETS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet": (lambda: lenet("before"), (256, 1, 28, 28)),
    "narrow": (lambda: convnet("before", stages=((8,), (8,), (8,))), (64, 1, 28, 28)),
    "middle": (middle, (64, 1, 28, 28)),
    "wide": (lambda: convnet("before", stages=((128,), (128,), (128,))), (16, 1, 28, 28)),
    "depthwise": (lambda: depthwise(128), (16, 128, 28, 28)),
}
UNFUSED = {"unfused": NETS["middle"]}


def run(quick: bool) -> dict:
    """Processor time with batch norm over that of the folded network, taken in pairs."""
    repeats = 5 if quick else REPEATS
    return {name: ratio(*net, repeats) for name, net in NETS.items()} | {
        name: ratio(*net, repeats, unfused=True) for name, net in UNFUSED.items()
    }


@torch.no_grad()
def ratio(
    make: Callable[[], nn.Module], shape: Sequence[int], repeats: int, unfused: bool = False
) -> dict:
    """Median ratio of the times of a pair, and the two medians in ms, with bootstrap intervals."""
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(SEEDS[0]))
    whole = make().eval()
    lean = folded(whole)
    if unfused:
        layers = (Operations(m) if isinstance(m, nn.BatchNorm2d) else m for m in whole)
        whole = nn.Sequential(*layers).eval()
    for net in (whole, lean) * 3:
        net(x)
    pairs = [(seconds(whole, x), seconds(lean, x)) for _ in range(repeats)]
    return {
        "ratio": median_summary([a / b for a, b in pairs]),
        "ms": median_summary([1000 * a for a, _ in pairs]),
        "folded_ms": median_summary([1000 * b for _, b in pairs]),
    }


def seconds(net: nn.Module, x: Tensor) -> float:
    """Processor time of one evaluation; what else the machine does is not in it."""
    begun = time.process_time()
    net(x)
    return time.process_time() - begun
