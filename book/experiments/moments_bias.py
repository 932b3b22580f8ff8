"""How much smaller than the true variance is the variance that divides by N?"""

from __future__ import annotations

import numpy as np

from book.experiments._shared.analysis import summary

SIZES = (2, 4, 8, 32, 128)
BATCHES = 5_000  # for each seed
SEEDS = range(20)


def run(quick: bool) -> dict:
    """Both variances of standard normal numbers per batch size: mean over batches, by seed."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {str(n): _both(n, seeds) for n in SIZES}


def _both(n: int, seeds: range) -> dict:
    batches = [np.random.default_rng(seed).normal(size=(n, BATCHES)) for seed in seeds]
    return {
        "N": summary([x.var(axis=0).mean() for x in batches]),
        "N-1": summary([x.var(axis=0, ddof=1).mean() for x in batches]),
        "expected": (n - 1) / n,
    }
