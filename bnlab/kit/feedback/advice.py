"""What to say about failed properties that no known mistake explains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..testing.assertions import (
    AFTER,
    LearnerError,
    MismatchError,
    as_float64,
    dtype_name,
    is_array,
)
from .book_links import HOUSE_RULES


@dataclass(frozen=True)
class Advice:
    """A sentence on what failed, and the page of the book that explains it ("" if none)."""

    text: str
    page: str = ""


DTYPES = Advice(
    "House rule 1: a result has the dtype of the batch, or the one that the docstring names.",
    HOUSE_RULES,
)
ARGUMENTS = Advice("House rule 3: arguments are the same after the call.", HOUSE_RULES)
NARROW = Advice(
    "Your float64 results have the digits of float32. House rule 1: compute in the dtype of the "
    "batch or in a wider one, so that only half precision becomes float32.",
    HOUSE_RULES,
)
OF_TORCH = Advice(
    "Broadcasting lines shapes up at their last axis: a tensor of shape (C,) meets the width of "
    "images (N, C, H, W). With the shape (C, 1, 1), as by `mean[:, None, None]`, it meets their "
    "channels.",
    "05_channels.html#channels-axes",
)
OF_NUMPY = Advice(
    "Broadcasting lines shapes up at their last axis: (D,) fits (N, D), and (N,) does not. "
    "`keepdims=True` or `[:, None]` gives an array an axis of length 1."
)
SHAPES = {
    re.compile(r"size of tensor a \(\d+\) must match"): OF_TORCH,
    re.compile("operands could not be broadcast together"): OF_NUMPY,
}
"""What torch and NumPy say of shapes that do not fit."""

DIGITS_OF_FLOAT32 = 1e-6


def advice(errors: Sequence[Exception | None]) -> tuple[Advice, ...]:
    """Return what to say about the errors of the failed properties of one task."""
    wrong = [each for each in errors if isinstance(each, MismatchError)]
    raised = [each.message for each in errors if isinstance(each, LearnerError)]
    found = [DTYPES] * any(map(_of_dtype, wrong))
    found += [ARGUMENTS] * any(each.what.endswith(AFTER) for each in wrong)
    found += [NARROW] * _too_narrow(wrong)
    found += [said for sign, said in SHAPES.items() if any(map(sign.search, raised))]
    return tuple(found)


def _of_dtype(error: MismatchError) -> bool:
    return error.problem.startswith("has dtype ")


def _too_narrow(errors: Sequence[MismatchError]) -> bool:
    """Return whether most of the wrong float64 results, and two at least, are right in float32."""
    wide = [each for each in errors if _is_float64(each.got) and _is_float64(each.want)]
    wide = [each for each in wide if tuple(each.got.shape) == tuple(each.want.shape)]
    return max(1, len(wide) // 2) < sum(map(_right_in_float32, wide))


def _is_float64(value: object) -> bool:
    return is_array(value) and dtype_name(value) == "float64"


def _right_in_float32(error: MismatchError) -> bool:
    got, want = as_float64(error.got), as_float64(error.want)
    with np.errstate(all="ignore"):  # infinite results
        return bool(np.max(np.abs(got - want)) <= DIGITS_OF_FLOAT32 * np.max(np.abs(want)))
