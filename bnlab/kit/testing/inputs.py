"""Inputs that show mistakes: float64, few rows, odd sizes, different scales, negative weights.

With 4 rows, a variance divided by N - 1 is off by a third; with 1,200 rows, by a thousandth.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

BIG_EPS = 0.5
"""An eps so large that a wrong use shows: outside the root, forgotten or applied twice."""


def features(rng: np.random.Generator, n: int = 7, d: int = 5) -> np.ndarray:
    """Return a batch (n, d), float64; its columns differ in scale (0.05 to 2) and in offset."""
    scale, offset = _scale_and_offset(d)
    offset = rng.permutation(offset)
    return rng.normal(size=(n, d)) * scale + offset


@cache
def _scale_and_offset(d: int) -> tuple[np.ndarray, np.ndarray]:
    return np.geomspace(0.05, 2.0, d), np.linspace(-3.0, 3.0, d)


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

    scale, offset = (each.reshape(c, 1, 1) for each in _scale_and_offset(c))
    offset = rng.permutation(offset)
    return torch.from_numpy(rng.normal(size=(n, c, h, w)) * scale + offset)


def around_no_half(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return n values, an even number, whose mean, 2049, float16 rounds to 2048: variance 1."""
    return rng.permutation(np.repeat([2048.0, 2050.0], n // 2))


def tensor(value: np.ndarray) -> Any:
    """Return an array as a torch tensor of the same shape and dtype, with memory of its own."""
    import torch

    return torch.from_numpy(np.array(value))


def batches(rng: np.random.Generator, shapes: Sequence[tuple[int, int]]) -> list[np.ndarray]:
    """Return a batch of `features` for each shape (n, d): one row, one feature, as many of both."""
    return [features(rng, n, d) for n, d in shapes]


def in_every_form(*args: Any) -> dict[str, tuple[Any, ...]]:
    """Return the same arguments in each dtype and memory order that a function has to take.

    Code that avoids a copy where it can, such as `np.asarray(x, np.float64)`, changes or returns
    the caller's own array in one of them.

    Args:
        args: arrays, and tuples of arrays; other values are the same in each form.
    """
    return {
        "float32": _each(args, lambda array: array.astype(np.float32)),
        "float16": _each(args, lambda array: array.astype(np.float16)),
        "float64": _each(args, lambda array: array.astype(np.float64)),
        "read-only Fortran order": _each(args, _read_only),
    }


def _each(value: Any, form: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_each(item, form) for item in value)
    return form(value) if isinstance(value, np.ndarray) else value


def _read_only(array: np.ndarray) -> np.ndarray:
    copied = array.copy(order="F")
    copied.flags.writeable = False
    return copied
