"""Inputs that are moved by their rounding, to find out which results of a mistake are noise.

A result that then changes by much is the rounding error of a cancellation. It is another number on
another processor, and names no mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..testing.properties import Outcome
from ..testing.values import is_array, is_tensor
from .results import RTOL, Leaf, Numbers, Result

SLACK = 20.0
"""A result that moves when its inputs are moved by their rounding may move by so much more."""


def moved(value: Any) -> Any:
    """Return an argument of a test with each number moved by at most one unit in the last place.

    Equal numbers stay equal, so that a constant column stays constant. Modules, handles and whole
    numbers are returned as they are.
    """
    if isinstance(value, tuple | list):
        return type(value)(moved(each) for each in value)
    if isinstance(value, dict):
        return {key: moved(each) for key, each in value.items()}
    if isinstance(value, np.ndarray) and value.dtype in (np.float16, np.float32, np.float64):
        shifted = (value * (1 + _signs(value) * np.finfo(value.dtype).eps)).astype(value.dtype)
        shifted.flags.writeable = value.flags.writeable
        return shifted
    return _moved_tensor(value) if is_tensor(value) else value


def _moved_tensor(value: Any) -> Any:
    import torch

    if not value.is_floating_point():
        return value
    wide = value.detach().double()
    signs = torch.from_numpy(_signs(wide.cpu().numpy())).to(wide.device)
    shifted = (wide * (1 + signs * torch.finfo(value.dtype).eps)).to(value.dtype)
    return shifted.requires_grad_(value.requires_grad)


def _signs(values: np.ndarray) -> np.ndarray:
    """Return -1, 0 or 1 for each number, by its bits."""
    bits = np.array(values, dtype=np.float64, order="C").view(np.uint64)
    mixed = (bits * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33)
    return (mixed % np.uint64(3)).astype(np.float64).reshape(np.shape(values)) - 1.0


def depends_on_rounding(outcome: Outcome) -> bool:
    """Return whether there are arrays among the results of a test."""
    return any(_has_arrays(call.result) for call in outcome.calls)


def fails_by_rounding(outcome: Outcome) -> bool:
    """Return whether a test that fails has arrays among its results, which may be noise."""
    return not outcome.passed and depends_on_rounding(outcome)


def _has_arrays(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_has_arrays, value))
    return is_array(value)


def spread(one: tuple[Leaf, ...], others: Sequence[Result]) -> tuple[Leaf, ...]:
    """Return a result whose slack covers how far others, of moved inputs, are from it."""
    found: list[Leaf] = []
    for index, each in enumerate(one):
        moved = [o[index] for o in others if isinstance(o, tuple) and len(o) == len(one)]
        found.append(_spread_leaf(each, moved, len(others)))
    return tuple(found)


def _spread_leaf(one: Leaf, moved: Sequence[Leaf], count: int) -> Leaf:
    if not isinstance(one, Numbers):
        return one
    near = [each for each in moved if isinstance(each, Numbers) and each.shape == one.shape]
    if not near or len(near) < count or any(each.odd != one.odd for each in near):
        return replace(one, slack=float("inf"))
    off = max(
        (abs(a - b) for each in near for a, b in zip(each.sums, one.sums, strict=True)),
        default=0.0,
    )
    slack = SLACK * off
    if slack <= RTOL.get(one.dtype, RTOL["float64"]) * one.size:
        return one
    noise = slack > one.size / 4
    return replace(one, slack=float("inf") if noise else float(2.0 ** np.ceil(np.log2(slack))))
