"""What does half precision do to a variance, and does computing in float32 repair it?"""

from __future__ import annotations

import numpy as np

MEANS = (1, 100, 200, 300)
ROWS = 256
SEEDS = range(500)


def run(quick: bool) -> dict:
    """Relative error of the float16 variance, and how often it overflows, per mean and method."""
    seeds = SEEDS[:20] if quick else SEEDS
    batches = [np.random.default_rng(seed).normal(size=ROWS) for seed in seeds]
    noise = np.stack(batches, axis=1)  # (ROWS, seeds): a feature per seed
    return {str(mean): _compare((noise + mean).astype("float16")) for mean in MEANS}


def _compare(x: np.ndarray) -> dict:
    truth = x.astype("float64").var(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = _mean(x)
        results = {
            "difference_float16": _mean(x * x) - mean**2,
            "two_pass_float16": _mean((x - mean) ** 2),
            "two_pass_float32": x.astype("float32").var(axis=0).astype("float16"),
        }
    return {name: _summary(var.astype("float64"), truth) for name, var in results.items()}


def _mean(x: np.ndarray) -> np.ndarray:
    # NumPy would add float16 numbers up in float32 unless told not to.
    return x.mean(axis=0, dtype="float16")


def _summary(var: np.ndarray, truth: np.ndarray) -> dict:
    finite = np.isfinite(var)
    error = np.abs(var - truth)[finite] / truth[finite]
    return {
        "overflow": float((~finite).mean()),
        "error": float(np.median(error)) if finite.any() else None,
    }
