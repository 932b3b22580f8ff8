"""What the reference of a task and its mistakes give in the hidden tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bnlab.kit.diagnosis.known import Known, add_mistake, reference_of
from bnlab.kit.diagnosis.moved import depends_on_rounding, fails_by_rounding, moved
from bnlab.kit.testing.properties import Outcome, Property

from ..core import solutions
from .run import Run

MAX_RUNS = 4
"""Runs of a module whose process ends by itself, until two runs in a row agree."""


def known_results(
    unit: str, task: str, tests: Sequence[Property], key: bytes, start: Callable[[], Run]
) -> Known:
    """Return what the reference of a task and its mistakes give.

    They are our own code, so one child runs them all.

    Args:
        tests: the hidden tests of the task.
        key: the key of their inputs.
        start: makes a run of the reference.
    """
    for _ in range(MAX_RUNS):
        with start() as run:
            known = reference_of(*_recorded(run, tests, key, depends_on_rounding))
            for mistake in solutions.mistakes(unit):
                if task in mistake.loses:
                    run.load(mistake.source)
                    recorded = _recorded(run, tests, key, fails_by_rounding)
                    add_mistake(known, mistake.name, *recorded)
            if not run.crashed:
                break
    return known


def _recorded(
    run: Run, tests: Sequence[Property], key: bytes, is_unsure: Callable[[Outcome], bool]
) -> tuple[list[Outcome], list[list[Outcome]]]:
    """Return the outcomes, and those on inputs that are moved by rounding where it may matter."""
    plain = run.record_tests(list(tests), key)
    unsure = [each.property for each in plain if is_unsure(each)]
    again = {each.property.name: each for each in run.record_tests(unsure, key, moved)}
    return plain, [[again.get(each.property.name, each) for each in plain]]
