"""Results as JSON data, with few enough digits that they are the same on most processors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .results import SUMS, Leaf, Numbers, Other, Raised, Result

ROUNDING = 1e-14
"""Numbers whose array has nothing larger are the rounding of a 0."""

DIGITS = 9
"""Counted from the largest value: its rounding is a tenth of the tolerance of float64."""


def to_data(found: Result | Leaf, exact: bool = False) -> Any:
    """Return a result as JSON data; see `known.known_to_data`."""
    if isinstance(found, tuple):
        return [to_data(each, exact) for each in found]
    if isinstance(found, Other):
        return {"other": found.text}
    if isinstance(found, Raised):
        numbers = {"numbers": list(found.numbers)} if found.numbers else {}
        return {"raises": [*found.bases, found.words], **numbers}
    odd: Any = list(found.odd) if any(found.odd) else 0
    row: list[Any] = [found.dtype, list(found.shape), found.size, list(found.sums)]
    if not exact and np.isinf(found.slack):
        row, odd = [found.dtype, list(found.shape), 0, [0] * SUMS], 0
    elif not exact:
        row[2:] = [rounded(found.size), [rounded(each, found.size) for each in found.sums]]
    row += [odd, "inf" if np.isinf(found.slack) else rounded(found.slack), found.kind]
    while row[-1] in (0, ""):
        row.pop()
    return {"is": row}


def from_data(data: Any) -> Any:
    """Return the result that `to_data` wrote."""
    if isinstance(data, list):
        return tuple(map(from_data, data))
    if "other" in data:
        return Other(data["other"])
    if "raises" in data:
        *bases, words = data["raises"]
        return Raised(tuple(bases), words, tuple(data.get("numbers", ())))
    dtype, shape, size, sums, *rest = data["is"]
    odd: Any
    slack: Any
    mark: Any
    odd, slack, mark = (*rest, *(0, 0, "")[len(rest) :])
    return Numbers(
        dtype,
        tuple(shape),
        float(size),
        tuple(map(float, sums)),
        odd=tuple(odd) if odd else (0, 0, 0),
        slack=float(slack),
        kind=mark,
    )


def rounded(number: float, size: float = 0.0) -> float:
    """Return a number with a few digits, counted from the largest value of its array."""
    largest = max(size, abs(number))
    if largest < ROUNDING:
        return 0
    value = round(number, DIGITS - 1 - int(np.floor(np.log10(largest))))
    return int(value) if value == int(value) and abs(value) < 1e6 else value
