"""Inputs that show mistakes: float64, few rows, odd sizes, different scales, negative weights.

With 4 rows, a variance divided by N - 1 is off by a third; with 1,200 rows, by a thousandth.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BIG_EPS = 0.5
"""An eps so large that a wrong use shows: outside the root, forgotten or applied twice."""


def features(rng: np.random.Generator, n: int = 7, d: int = 5) -> np.ndarray:
    """Return a batch (n, d), float64; its columns differ in scale (0.05 to 2) and in offset."""
    scale = np.geomspace(0.05, 2.0, d)
    offset = rng.permutation(np.linspace(-3.0, 3.0, d))
    return rng.normal(size=(n, d)) * scale + offset


def statistics(rng: np.random.Generator, d: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return a mean and a positive variance (d,), float64, of no particular batch."""
    return rng.normal(size=d) * 2, rng.uniform(0.3, 3.0, size=d)


def affine(rng: np.random.Generator, d: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return a weight and a bias (d,), float64; every second weight is negative."""
    weight = rng.uniform(0.5, 2.0, size=d) * np.where(np.arange(d) % 2, -1.0, 1.0)
    return weight, rng.normal(size=d)


def images(rng: np.random.Generator, n: int = 3, c: int = 4, h: int = 5, w: int = 2) -> Any:
    """Return a torch batch (n, c, h, w), float64; its channels differ in scale and in offset."""
    import torch

    scale = np.geomspace(0.05, 2.0, c).reshape(c, 1, 1)
    offset = rng.permutation(np.linspace(-3.0, 3.0, c)).reshape(c, 1, 1)
    return torch.from_numpy(rng.normal(size=(n, c, h, w)) * scale + offset)


def tensor(value: np.ndarray) -> Any:
    """Return an array as a torch tensor of the same shape and dtype, with memory of its own."""
    import torch

    return torch.from_numpy(np.array(value))
