"""How much does the normalized value of one sample move when its companions are drawn anew?"""

from __future__ import annotations

import math

import numpy as np

from book.experiments._shared.analysis import summary

SEEDS = range(20)
SIZES = (2, 4, 8, 16, 32, 64, 128, 512)
PLACES = (0.0, 1.0, 2.0)
DRAWS = 4000


def run(quick: bool) -> dict:
    """Standard deviation of the normalized value per batch size and place, and the prediction."""
    seeds = SEEDS[:3] if quick else SEEDS
    return {
        f"at{place:g}": {
            f"m{size}": {
                "sd": summary([measure(seed, size, place) for seed in seeds]),
                "predicted": math.sqrt((1 + place**2 / 2) / size),
            }
            for size in SIZES
        }
        for place in PLACES
    }


def measure(seed: int, size: int, place: float) -> float:
    """Spread of one output over batches of standard normal companions; the sample counts too."""
    batch = np.random.default_rng(seed).normal(size=(DRAWS, size))
    batch[:, 0] = place
    xhat = (place - batch.mean(axis=1)) / np.sqrt(batch.var(axis=1) + 1e-5)
    return float(xhat.std())
