"""Fingerprints of the known mistakes, by which `check` recognises them without their source.

`fingerprints.json` has a row for each mistake that a public check sees: its hint, its page in the
book, and a digest of the results of the public checks of its task.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..testing.assertions import as_float64, dtype_name, is_array
from ..testing.properties import End, Outcome
from ..testing.tolerances import ATOL, LOW_PRECISION

FILE = Path(__file__).with_name("fingerprints.json")
DIGITS, HALF_DIGITS = 4, 2
"""Significant digits of a result that a fingerprint depends on; float16 and bfloat16 have fewer."""


@cache
def _known() -> dict[str, list[dict[str, Any]]]:
    return json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}


@dataclass(frozen=True)
class KnownMistake:
    """A mistake that gives the same results, and the page of the book that explains it, or ""."""

    hint: str
    page: str

    def __str__(self) -> str:
        return f"{self.hint} In the book: {self.page}" if self.page else self.hint


def recognise(task: str, outcomes: Sequence[Outcome]) -> tuple[KnownMistake, ...]:
    """Return the known mistakes that give these outcomes: two at most, or none."""
    if all(each.passed or each.unwritten for each in outcomes):
        return ()
    print_ = fingerprint(outcomes)
    found = [
        KnownMistake(known["hint"], known["page"])
        for known in _known().get(task, [])
        if known["print"] == print_
    ]
    return tuple(found) if len(found) <= 2 else ()


def fingerprint(outcomes: Sequence[Outcome]) -> str:
    """Return a digest of how the checks of a task ended and of the results that they compared.

    Results are rounded, so that the fingerprint is the same on another processor.
    """
    return hashlib.sha256("\n".join(map(_account, outcomes)).encode()).hexdigest()[:16]


_ENDS = {
    End.PASSED: "holds", End.MISMATCH: "differs", End.RAISED: "raises", End.UNUSABLE: "odd",
}  # fmt: skip
"""The words that the published fingerprints are digests of; a new word would change all of them."""


def _account(outcome: Outcome) -> str:
    if outcome.passed:
        return _ENDS[End.PASSED]
    seen = (f"{each.what} {_digest(each.got)}" for each in outcome.observations)
    return "; ".join([f"{_ENDS[outcome.end]} {outcome.detail}", *seen])


def _digest(value: Any) -> str:
    """Return shape, dtype and a weighted sum of an array; the type of what is no number."""
    if is_array(value):
        flat = as_float64(value).ravel()
        # Weights without a pattern: a transposed or permuted result has another sum.
        with np.errstate(all="ignore"):
            total = float(flat @ np.cos(np.arange(1, flat.size + 1) ** 1.5))
            largest = float(np.max(np.abs(flat), initial=1.0))
        dtype = dtype_name(value)
        noise = LOW_PRECISION.get(dtype, ATOL) * largest
        digits = HALF_DIGITS if dtype in ("float16", "bfloat16") else DIGITS
        return f"{tuple(value.shape)} {value.dtype} {_rounded(total, noise, digits)}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_digest, value)) + "]"
    if isinstance(value, bool | int | str) or value is None:
        return repr(value)
    return _rounded(value, ATOL) if isinstance(value, float) else type(value).__name__


def _rounded(number: float, noise: float, digits: int = DIGITS) -> str:
    """Return the first digits of a number, and "0" for a number that should be zero.

    The digits of such a number are its rounding error, which differs between processors.
    """
    return "0" if abs(number) <= noise < math.inf else f"{number:.{digits}g}"
