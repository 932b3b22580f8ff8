"""How wrong is the mean of squares minus the square of the mean, in float32?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

MEANS = (0, 1, 10, 100, 1000, 3000, 10000)
ROWS = 1024
SEEDS = range(500)


def difference(x: np.ndarray) -> np.ndarray:
    """Variance as the mean of squares minus the square of the mean."""
    return (x * x).mean(axis=0) - x.mean(axis=0) ** 2


def two_pass(x: np.ndarray) -> np.ndarray:
    """Variance as the mean of squared deviations."""
    return ((x - x.mean(axis=0)) ** 2).mean(axis=0)


def pairwise(x: np.ndarray) -> np.ndarray:
    """The same formula for one feature at a time: NumPy adds contiguous numbers up in pairs."""
    return np.array([difference(column) for column in np.ascontiguousarray(x.T)])


def torch_difference(x: np.ndarray) -> np.ndarray:
    """The same formula with torch's sums."""
    values = torch.from_numpy(x)
    return ((values * values).mean(dim=0) - values.mean(dim=0) ** 2).numpy()


METHODS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "difference": difference,
    "pairwise": pairwise,
    "torch": torch_difference,
    "two_pass": two_pass,
}


def run(quick: bool) -> dict:
    """Relative error and sign of the variance, per dtype, mean and method."""
    seeds = SEEDS[:20] if quick else SEEDS
    batches = [np.random.default_rng(seed).normal(size=ROWS) for seed in seeds]
    noise = np.stack(batches, axis=1)  # (ROWS, seeds): a feature per seed
    return {
        dtype: {str(mean): _compare((noise + mean).astype(dtype)) for mean in MEANS}
        for dtype in ("float32", "float64")
    }


def _compare(x: np.ndarray) -> dict:
    truth = two_pass(x.astype("longdouble"))  # of the rounded data: their variance is not at fault
    return {name: _summary(method(x), truth) for name, method in METHODS.items()}


def _summary(var: np.ndarray, truth: np.ndarray) -> dict:
    error = np.abs(var - truth) / truth
    return {
        "error": {"median": float(np.median(error)), "max": float(error.max())},
        "negative": float((var < 0).mean()),
        "zero": float((var == 0).mean()),
        "whole": float((var == np.round(var)).mean()),
        "min": float(var.min()),
        "max": float(var.max()),
    }
