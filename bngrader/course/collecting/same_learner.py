"""Whether two submissions whose names differ in a number only can be of one learner.

`x_1.zip` and `x_2.zip` are two attempts, or the work of two people. A second attempt keeps most
lines of the first module, or a sentence of the first notebook; two people share neither.
"""

from __future__ import annotations

from collections.abc import Mapping

from .content import released

MIN_CODE_CHARACTERS = 6
MIN_TEXT_CHARACTERS = 40
SHARED = 0.5
"""The part of the lines of the shorter module that a second attempt keeps."""


def may_be_one_learner(unit: str, one: Mapping[str, bytes], other: Mapping[str, bytes]) -> bool:
    """Return whether two submissions of a unit can be two attempts of one learner.

    Args:
        one, other: contents by path in the submission.
    """
    told = False
    for inside in sorted(one.keys() & other.keys()):
        least = MIN_TEXT_CHARACTERS if inside.endswith(".ipynb") else MIN_CODE_CHARACTERS
        first, second = (_own(unit, inside, each[inside], least) for each in (one, other))
        shared, fewer = len(first & second), min(len(first), len(second))
        if shared and (inside.endswith(".ipynb") or shared >= SHARED * fewer):
            return True
        told = told or fewer > 0
    return not told


def _own(unit: str, inside: str, content: bytes, least: int) -> set[bytes]:
    """Return the lines that the course has not given."""
    return {line for line in _lines(content) if len(line) >= least} - _lines(released(unit, inside))


def _lines(content: bytes) -> set[bytes]:
    return {line.strip() for line in content.splitlines()}
