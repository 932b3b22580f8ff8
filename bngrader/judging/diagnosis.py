"""Which named mistake a wrong result equals.

Every hidden test is a probe. A mistake fits a submission where both give the same results, end
in the same way, on the same inputs, in every hidden test of the task. Two mistakes in one task fit
no single name; then each failed test is explained by itself, and at most two names are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bnlab.kit.testing.assertions import Observation, as_float64, dtype_name, is_array
from bnlab.kit.testing.properties import Outcome

RTOL = {"float64": 1e-6, "float32": 1e-3}
HALF = 2e-2


def diagnose(outcomes: Sequence[Outcome], known: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """Names of the mistakes that `outcomes` look like: one, two that cannot be told apart, or none.

    Args:
        outcomes: what the hidden tests of one task saw of the submission.
        known: what the same tests saw of each known mistake, on the same inputs.
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
            break  # nothing, or nothing that can be told apart: better silent than wrong
        named += best
        unexplained -= fits[best[0]]
    return named


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two submissions did the same in one test, up to rounding."""
    if one.passed and other.passed:
        return True  # both equal the truth
    return (
        one.end == other.end
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
        rtol = RTOL.get(dtype_name(one), HALF)
        return bool(np.allclose(a, b, rtol=rtol, atol=rtol * size, equal_nan=True))
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(_same_value, one, other))
    if isinstance(one, float):
        return bool(np.isclose(one, other, rtol=1e-6, equal_nan=True))
    if isinstance(one, str | int | bool | None):
        return bool(one == other)
    return True
