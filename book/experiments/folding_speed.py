"""How much time does folding save in evaluation?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from bnlab.kit.nets.models import convnet, lenet
from book.experiments._shared.analysis import median_summary
from book.experiments.folding_exact import folded

SEEDS = range(1)
REPEATS = 41
NETS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet": (lambda: lenet("before"), (256, 1, 28, 28)),
    "narrow": (lambda: convnet("before", stages=((8,), (8,), (8,))), (64, 1, 28, 28)),
    "middle": (lambda: convnet("before", stages=((32,), (32,), (32,))), (64, 1, 28, 28)),
    "wide": (lambda: convnet("before", stages=((128,), (128,), (128,))), (16, 1, 28, 28)),
}


def run(quick: bool) -> dict:
    """Processor time with batch norm over that of the folded network, taken in pairs."""
    return {name: ratio(*net, 5 if quick else REPEATS) for name, net in NETS.items()}


@torch.no_grad()
def ratio(make: Callable[[], nn.Module], shape: Sequence[int], repeats: int) -> dict:
    """Median ratio of the times of a pair, and the two medians in ms, with bootstrap intervals."""
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(SEEDS[0]))
    whole = make().eval()
    lean = folded(whole)
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
