"""How large is the output of batch norm for a quiet feature, and what does eps do to it?"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import batch_norm

SDS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
EPS = (1e-7, 1e-5, 1e-3)
ROWS = 256
SEEDS = range(50)


def run(quick: bool) -> dict:
    """Output sd of torch's batch norm per eps and feature sd, with the formula's value."""
    seeds = SEEDS[:5] if quick else SEEDS
    return {f"{eps:.0e}": {f"{sd:g}": _output_sd(sd, eps, seeds) for sd in SDS} for eps in EPS}


def _output_sd(sd: float, eps: float, seeds: range) -> dict:
    outputs = []
    for seed in seeds:
        x = torch.from_numpy(np.random.default_rng(seed).normal(scale=sd, size=(ROWS, 1)))
        outputs.append(batch_norm(x.float(), None, None, training=True, eps=eps).numpy().std())
    return {
        "mean": float(np.mean(outputs)),
        "min": float(np.min(outputs)),
        "max": float(np.max(outputs)),
        "formula": sd / (sd**2 + eps) ** 0.5,
        "outside_root": sd / (sd + eps),
    }
