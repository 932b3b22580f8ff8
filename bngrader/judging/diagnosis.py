"""The diagnosis: which known mistakes give the same results as a submission.

A mistake explains a task if every hidden test of the task ends in the same way for both, with the
same results on the same inputs. A submission with two mistakes in one task equals none of them;
then each failed test is explained by itself, and at most two mistakes are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bnlab.kit.testing.assertions import Observation, as_float64, dtype_name, is_array
from bnlab.kit.testing.properties import Outcome

RTOL = {"float64": 1e-6, "float32": 1e-3}
"""Relative tolerance by dtype: larger than that of the tests, because two implementations of one
mistake may amplify rounding, and far smaller than the difference between two mistakes."""
LOW_PRECISION_RTOL = 2e-2
"""The same for float16 and bfloat16; bfloat16 rounds by up to 0.4 %."""


def diagnose(outcomes: Sequence[Outcome], known: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """Return the names of the mistakes that explain the outcomes: two at most.

    Args:
        outcomes: the outcomes of the hidden tests of one task for the submission.
        known: the outcomes of the same tests for each known mistake, on the same inputs.
    """
    whole = [name for name, mistake in known.items() if all(map(same, outcomes, mistake))]
    if whole:
        return whole[:2] if len(whole) <= 2 else []
    failed = [index for index, each in enumerate(outcomes) if not each.passed]
    fits = {
        name: {i for i in failed if not mistake[i].passed and same(outcomes[i], mistake[i])}
        for name, mistake in known.items()
    }
    named: list[str] = []
    unexplained = set(failed)
    while unexplained and len(named) < 2:
        most = max((len(fit & unexplained) for fit in fits.values()), default=0)
        best = [name for name, fit in fits.items() if len(fit & unexplained) == most]
        if most == 0 or len(best) > 1:
            break  # no mistake, or several that cannot be told apart: name none
        named += best
        unexplained -= fits[best[0]]
    return named


def same(one: Outcome, other: Outcome) -> bool:
    """Return whether one test ended in the same way with the same results, up to rounding."""
    if one.passed and other.passed:
        return True
    return (
        (one.end, one.detail) == (other.end, other.detail)
        and len(one.observations) == len(other.observations)
        and all(map(_same_observation, one.observations, other.observations))
    )


def _same_observation(one: Observation, other: Observation) -> bool:
    return one.what == other.what and _same_value(one.got, other.got)


def _same_value(one: Any, other: Any) -> bool:
    if is_array(one) and is_array(other):
        if tuple(one.shape) != tuple(other.shape) or dtype_name(one) != dtype_name(other):
            return False
        a, b = as_float64(one), as_float64(other)
        size = np.max(np.abs(b), where=np.isfinite(b), initial=0.0)
        rtol = RTOL.get(dtype_name(one), LOW_PRECISION_RTOL)
        return bool(np.allclose(a, b, rtol=rtol, atol=rtol * size, equal_nan=True))
    # A value that stayed in a child: a handle, or what the mistake cache stores for one.
    class_names = [getattr(each, "type_name", None) for each in (one, other)]
    if any(class_names):
        return class_names[0] == class_names[1]
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(_same_value, one, other))
    if isinstance(one, float):
        return bool(np.isclose(one, other, rtol=1e-6, equal_nan=True))
    if isinstance(one, str | int | bool | None):
        return bool(one == other)
    return True
