"""How wrong is a variance that is merged from shards in a wrong way, in float32?

Each of eight shards knows its count and its own moments, correct to float32.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

MEANS = (0, 1, 10, 100, 1000, 10000)
COUNTS = (16, 32, 48, 64, 80, 96, 112, 128)
SPREADS = (0.0, 0.5, 1.0, 2.0)  # sd of the shards' own means, in sds of a row
SEEDS = range(200)


def plain(counts: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Every shard's variance weighs the same, and nothing else counts."""
    return variances.mean(axis=0)


def within(counts: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Variances weighed by count; the distances between the means are forgotten."""
    return _weighed(counts, variances)


def squares(counts: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Mean squares are merged, and the square of the mean is taken off at the end."""
    return _weighed(counts, variances + means * means) - _weighed(counts, means) ** 2


def between(counts: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Variance within the shards and variance between them."""
    deviations = means - _weighed(counts, means)
    return _weighed(counts, variances) + _weighed(counts, deviations * deviations)


METHODS: dict[str, Callable[..., np.ndarray]] = {
    "plain": plain,
    "within": within,
    "squares": squares,
    "between": between,
}


def run(quick: bool) -> dict:
    """Relative errors of four ways to merge: with shards ever further apart, and far from zero."""
    seeds = SEEDS[:10] if quick else SEEDS
    return {
        "apart": {f"{spread:g}": _compare(seeds, 0.0, spread) for spread in SPREADS},
        "far": {str(mean): _compare(seeds, mean, 1.0) for mean in MEANS},
    }


def _weighed(counts: np.ndarray, values: np.ndarray) -> np.ndarray:
    shares = (counts / counts.sum()).astype(values.dtype)
    return (shares[:, None] * values).sum(axis=0, dtype=values.dtype)


def _compare(seeds: range, mean: float, spread: float) -> dict:
    batches = [_shards(seed, mean, spread) for seed in seeds]
    # The same feature of every seed: (count, seeds) for each shard.
    shards = [np.stack(rows, axis=1) for rows in zip(*batches, strict=True)]
    wide = [shard.astype(np.longdouble) for shard in shards]
    truth = np.concatenate(wide).var(axis=0)
    means = np.stack([shard.mean(axis=0) for shard in wide]).astype(np.float32)
    variances = np.stack([shard.var(axis=0) for shard in wide]).astype(np.float32)
    counts = np.array(COUNTS)
    return {
        name: _summary(method(counts, means, variances), truth) for name, method in METHODS.items()
    }


def _shards(seed: int, mean: float, spread: float) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    offsets = rng.normal(scale=spread, size=len(COUNTS)) if spread else np.zeros(len(COUNTS))
    return [
        (mean + offset + rng.normal(size=count)).astype(np.float32)
        for offset, count in zip(offsets, COUNTS, strict=True)
    ]


def _summary(var: np.ndarray, truth: np.ndarray) -> dict:
    relative = (var.astype(np.longdouble) - truth) / truth
    return {
        "error": {
            "median": float(np.median(np.abs(relative))),
            "max": float(np.abs(relative).max()),
        },
        "bias": float(relative.mean()),
        "negative": float((var < 0).mean()),
    }
