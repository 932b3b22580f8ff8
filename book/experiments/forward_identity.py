"""How exactly do weight sqrt(var + eps) and bias mean give the input back?"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import batch_norm

ROWS, FEATURES, EPS = 64, 256, 1e-5
SEEDS = range(20)


def run(quick: bool) -> dict:
    """Largest difference between input and output over all seeds, relative to the input."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {name: _largest(getattr(torch, name), seeds) for name in ("float32", "float64")}


def _largest(dtype: torch.dtype, seeds: range) -> dict[str, float]:
    gaps = [_gaps(seed, dtype) for seed in seeds]
    return {name: max(gap[name] for gap in gaps) for name in gaps[0]}


def _gaps(seed: int, dtype: torch.dtype) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    scale, shift = rng.uniform(0.1, 10, FEATURES), rng.normal(scale=5, size=FEATURES)
    x = torch.from_numpy(rng.normal(size=(ROWS, FEATURES)) * scale + shift).to(dtype)
    var, mean = torch.var_mean(x, dim=0, correction=0)
    weights = {"with_eps": torch.sqrt(var + EPS), "without_eps": torch.sqrt(var)}
    return {name: _gap(x, weight, mean) for name, weight in weights.items()}


def _gap(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> float:
    y = batch_norm(x, None, None, weight, bias, training=True, eps=EPS)
    return float((y - x).abs().max() / x.abs().max())
