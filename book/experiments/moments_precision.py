"""Which of the lines that people write gives the variance of a half-precision batch?"""

from __future__ import annotations

import numpy as np
import torch

BATCHES = {"mean_100": (100, 1), "mean_300": (300, 1), "sd_150": (0, 150)}
"""Mean and standard deviation of the values."""
ROWS = 256
SEEDS = range(500)


def run(quick: bool) -> dict:
    """Relative error of the float16 variance, and how often it is not finite, for each line."""
    seeds = SEEDS[:20] if quick else SEEDS
    batches = [np.random.default_rng(seed).normal(size=ROWS) for seed in seeds]
    noise = np.stack(batches, axis=1)  # (ROWS, seeds): a feature per seed
    return {
        name: _compare((noise * sd + mean).astype("float16"))
        for name, (mean, sd) in BATCHES.items()
    }


def _compare(x: np.ndarray) -> dict:
    truth = x.astype("float64").var(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        lines = {
            "numpy_var": x.var(axis=0),
            "two_pass": ((x - x.mean(axis=0)) ** 2).mean(axis=0),
            "short": (x * x).mean(axis=0) - x.mean(axis=0) ** 2,
            "torch_var": torch.from_numpy(x).var(dim=0, correction=0).numpy(),
            "float32": x.astype("float32").var(axis=0).astype("float16"),
        }
    return {name: _summary(var.astype("float64"), truth) for name, var in lines.items()}


def _summary(var: np.ndarray, truth: np.ndarray) -> dict:
    finite = np.isfinite(var)
    error = np.abs(var - truth)[finite] / truth[finite]
    return {
        "not_finite": float((~finite).mean()),
        "error": float(np.median(error)) if finite.any() else None,
        "not_positive": float((var[finite] <= 0).mean()) if finite.any() else None,
    }
