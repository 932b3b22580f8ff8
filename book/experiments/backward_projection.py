"""How much of a gradient is left after the paths through the statistics?

For a random gradient from above, the part along two of N directions is taken away.
"""

from __future__ import annotations

import torch
from torch.nn.functional import batch_norm

from book.experiments._shared.analysis import summary

SEEDS = range(20)
SIZES = (2, 3, 4, 8, 32, 128)
FEATURES = 200


def run(quick: bool) -> dict:
    """Share of the squared gradient that is left, per batch size, with the prediction."""
    seeds = SEEDS[:3] if quick else SEEDS
    return {f"n{n}": _gather([measure(seed, n) for seed in seeds], n) for n in SIZES}


def _gather(found: list[dict], n: int) -> dict:
    return {
        "left": summary([one["left"] for one in found]),
        "predicted": (n - 2) / n,
        "along_ones": max(one["along_ones"] for one in found),
        "along_xhat": max(one["along_xhat"] for one in found),
    }


def measure(seed: int, n: int) -> dict[str, float]:
    """Share left of |dx|^2 against frozen statistics, and its largest parts along 1 and xhat."""
    generator = torch.Generator().manual_seed(seed)
    x, dy = (torch.randn(n, FEATURES, dtype=torch.float64, generator=generator) for _ in range(2))
    x.requires_grad_()
    var, mean = torch.var_mean(x.detach(), 0, correction=0)
    # torch refuses eps = 0 in training; this one is below the rounding of the variance.
    live = batch_norm(x, None, None, training=True, eps=1e-30)
    frozen = batch_norm(x, mean, var, training=False, eps=1e-30)
    dx, direct = (torch.autograd.grad(y, x, dy)[0] for y in (live, frozen))
    unit = direct.norm(dim=0)
    xhat = live.detach()
    return {
        "left": float((dx.square().sum(0) / direct.square().sum(0)).mean()),
        "along_ones": float((dx.sum(0).abs() / n**0.5 / unit).max()),
        "along_xhat": float(((dx * xhat).sum(0).abs() / n**0.5 / unit).max()),
    }
