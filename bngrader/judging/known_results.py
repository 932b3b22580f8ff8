"""What the reference of a task and its mistakes give in the hidden tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bnlab.kit.diagnosis.known import Known, add_mistake, reference_of
from bnlab.kit.diagnosis.moved import depends_on_rounding, fails_by_rounding, moved
from bnlab.kit.testing.properties import Outcome, Property

from ..core import solutions
from .run import Run

MAX_RUNS = 5
"""The most runs of a module whose process ends by itself."""


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
    with start() as run:
        recorded = _repeated(run, solutions.solved(unit), tests, key, depends_on_rounding)
        known = reference_of(*recorded)
        for mistake in solutions.mistakes(unit):
            if task in mistake.loses:
                recorded = _repeated(run, mistake.source, tests, key, fails_by_rounding)
                add_mistake(known, mistake.name, *recorded)
    return known


def _repeated(
    run: Run,
    source: str,
    tests: Sequence[Property],
    key: bytes,
    is_unsure: Callable[[Outcome], bool],
) -> tuple[list[Outcome], list[list[Outcome]]]:
    """Return what a module gives; again if somebody kills its process meanwhile."""
    for _ in range(MAX_RUNS):
        run.load(source)
        recorded = _recorded(run, tests, key, is_unsure)
        if not run.crashed:
            break
    return recorded


def _recorded(
    run: Run, tests: Sequence[Property], key: bytes, is_unsure: Callable[[Outcome], bool]
) -> tuple[list[Outcome], list[list[Outcome]]]:
    """Return the outcomes, and those on inputs that are moved by rounding where it may matter."""
    plain = run.record_tests(list(tests), key)
    unsure = [each.property for each in plain if is_unsure(each)]
    again = {each.property.name: each for each in run.record_tests(unsure, key, moved)}
    return plain, [[again.get(each.property.name, each) for each in plain]]
