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
LARGE_EPS = 3.5
"""An eps above all variances of `statistics`, and no whole number."""
HARDLY_AN_EPS = 1e-12
"""An eps that no result shows whose variance is 1."""


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


def checkerboard(*shape: int) -> np.ndarray:
    """Return -1 and 1 in turn along each axis: mean 0 and variance 1 along each of even length."""
    return 1.0 - 2.0 * (np.indices(shape).sum(axis=0) % 2)


def one_change_at_a_time(rng: np.random.Generator, *shape: int) -> dict[str, tuple[Any, ...]]:
    """Return batch, weight, bias and eps for normalization, with one of them special in each case.

    The batch is -1 and 1 in turn, the weight 1, the bias 0, and the eps is hardly one. So a mistake
    shows only where it is looked for, and two mistakes in one function can be told apart.

    Args:
        shape: (n, c, ...) of even lengths; if all are equal, nothing that lies on the wrong axis
            raises an error.
    """
    board, c, axes = checkerboard(*shape), shape[1], (1,) * (len(shape) - 2)
    plain = np.ones(c), np.zeros(c)
    offsets = rng.normal(size=(c, *axes)) * 3
    batches = {
        "-1 and 1 in turn": board,
        "-1 and 1 times a number": board * rng.uniform(2.0, 4.0),
        "-1 and 1 plus a number": board + rng.uniform(2.0, 4.0),
        "-1 and 1 plus a number per channel": board + offsets,
        "-1 and 1 plus a number per sample": board + rng.normal(size=(shape[0], 1, *axes)) * 3,
    }
    cases: dict[str, tuple[Any, ...]] = {
        name: (x, *plain, HARDLY_AN_EPS) for name, x in batches.items()
    }
    cases["-1 and 1 with weight and bias"] = board, *affine(rng, c), HARDLY_AN_EPS
    cases["-1 and 1 with an eps"] = board, *plain, LARGE_EPS
    cases["one number per channel"] = np.zeros(shape) + offsets, *affine(rng, c), BIG_EPS
    return cases


def one_path_at_a_time(rng: np.random.Generator) -> dict[str, tuple[np.ndarray, ...]]:
    """Return dy, xhat, weight and rstd for a backward pass, with one of them special in each case.

    The first dy is orthogonal to what the mean and the variance share, so only the direct path
    counts; see `one_change_at_a_time`.
    """
    xhat, ones = checkerboard(4, 4), np.ones(4)
    direct = xhat[[0, 1, 3, 2]]
    return {
        "only the direct path": (direct, xhat, ones, ones),
        "the path by the mean": (direct + rng.normal(size=4), xhat, ones, ones),
        "the path by the variance": (direct + xhat * rng.uniform(1, 2, 4), xhat, ones, ones),
        "a weight": (direct, xhat, affine(rng, 4)[0], ones),
        "a variance": (direct, xhat, ones, rng.uniform(0.5, 2.0, 4)),
    }


def one_argument_at_a_time(rng: np.random.Generator) -> dict[str, tuple[Any, ...]]:
    """Return x, running_mean, running_var, weight and eps, with one of them special in each case.

    See `one_change_at_a_time`.
    """
    plain = [checkerboard(4, 4), np.zeros(4), np.ones(4), np.ones(4), HARDLY_AN_EPS]
    mean, var = statistics(rng, 4)
    special = {"a mean": (1, mean), "a variance": (2, var), "a weight": (3, affine(rng, 4)[0])}
    special["an eps"] = 4, np.float64(LARGE_EPS)
    cases: dict[str, tuple[Any, ...]] = {"-1 and 1 in turn": tuple(plain)}
    for name, (index, value) in special.items():
        cases[name] = (*plain[:index], value, *plain[index + 1 :])
    return cases


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
