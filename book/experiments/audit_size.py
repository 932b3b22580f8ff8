"""At which batch sizes does a comparison tell the unbiased variance from rounding?"""

from __future__ import annotations

import torch

from bnlab.kit.nets.practice_layers import AnyRank, RowsReversed, SampleVariance
from book.experiments._shared.trials import trials

SEEDS = range(50)
SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
FEATURES = 4
# Precision, and the mean of the data, whose standard deviation is 1.
KINDS = {
    "float64": (torch.float64, 0.0),
    "float32": (torch.float32, 0.0),
    "float32_far": (torch.float32, 1000.0),
}


def run(quick: bool) -> dict:
    """Differences from torch: the least of the wrong layer, the largest of the right one."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {
        kind: {f"n{n}": extremes(trials(measure, seeds, kind=kind, n=n)) for n in SIZES}
        for kind in KINDS
    }


def extremes(found: list[dict]) -> dict[str, float]:
    """The least difference of a wrong layer and the largest of a right one, over all seeds."""
    return {
        "wrong": min(one["wrong"] for one in found),
        "right": max(one["right"] for one in found),
    }


@torch.no_grad()
def measure(seed: int, kind: str, n: int) -> dict[str, float]:
    """Largest differences of the outputs of two layers from torch's, on one batch."""
    dtype, mean = KINDS[kind]
    draw = torch.Generator().manual_seed(seed)
    x = (mean + torch.randn(n, FEATURES, dtype=torch.float64, generator=draw)).to(dtype)
    truth = AnyRank(FEATURES).to(dtype)(x)
    return {
        name: (make(FEATURES).to(dtype)(x) - truth).abs().max().item()
        for name, make in (("wrong", SampleVariance), ("right", RowsReversed))
    }
