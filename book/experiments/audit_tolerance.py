"""Which tolerances reject a right layer, and which accept a wrong one?"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import batch_norm

from bnlab.kit.nets.practice_layers import AnyRank, RowsReversed, SampleVariance
from book.experiments._shared.trials import trials

SEEDS = range(200)
TOLERANCES = (0.0, 1e-15, 1e-12, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
FEATURES = 4
# Rows, precision, eps and scales of the features: a careless probe and a designed one.
PROBES = {
    "careless": (1024, torch.float32, 1e-5, (1.0, 1.0, 1.0, 1.0)),
    "designed": (8, torch.float64, 0.5, (0.05, 0.2, 0.7, 2.0)),
}


def run(quick: bool) -> dict:
    """Percentage of probes on which each layer is rejected, by tolerance."""
    seeds = SEEDS[:4] if quick else SEEDS
    return {probe: rates(trials(measure, seeds, probe=probe)) for probe in PROBES}


def rates(found: list[dict]) -> dict:
    """Rejections by tolerance, and the extremes over all probes."""
    percent = {
        f"t{tolerance:g}": {
            layer: 100 * sum(one[layer] > tolerance for one in found) / len(found)
            for layer in found[0]
        }
        for tolerance in TOLERANCES
    }
    extremes = {
        "right": max(one["right"] for one in found),
        **{layer: min(one[layer] for one in found) for layer in found[0] if layer != "right"},
    }
    return {"rejected": percent, "extremes": extremes, "probes": len(found)}


@torch.no_grad()
def measure(seed: int, probe: str) -> dict[str, float]:
    """Largest difference of four layers from torch's, on one batch."""
    n, dtype, eps, scales = PROBES[probe]
    draw = torch.Generator().manual_seed(seed)
    x = torch.randn(n, FEATURES, dtype=torch.float64, generator=draw) * torch.tensor(scales)
    x = x.to(dtype)
    truth = AnyRank(FEATURES, eps=eps).to(dtype)(x)
    outputs = {
        "right": RowsReversed(FEATURES, eps=eps).to(dtype)(x),
        "unbiased": SampleVariance(FEATURES, eps=eps).to(dtype)(x),
        "eps_outside": eps_outside(x, truth, eps),
        "eps_forgotten": batch_norm(x, None, None, training=True, eps=1e-30),
    }
    return {name: (y - truth).abs().max().item() for name, y in outputs.items()}


def eps_outside(x: Tensor, truth: Tensor, eps: float) -> Tensor:
    """What torch gives, stretched as if eps had been added to the standard deviation."""
    var = x.var(0, correction=0)
    return truth * (torch.sqrt(var + eps) / (torch.sqrt(var) + eps))
