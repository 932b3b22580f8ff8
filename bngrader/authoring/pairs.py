"""How many pairs of mistakes in one task the diagnosis names, by the check and by the grader.

A pair is left out, and counted as such, if

- the edits cannot be joined (`merge`),
- the joined module does not run: it raises in every call of the task that returns for each mistake
  alone, raises what wrong names, kinds and values raise where neither mistake does (a joined text
  may refuse arguments that both take), or gives an array of another shape than each of them gives,
- the mistakes mask each other: the results are those of one of them alone, of another known
  mistake, or right. Nobody could tell such a module from one with fewer mistakes.

A pair whose results are those of neither mistake counts, even if both change every result.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from bnlab.kit.course import Task, unit
from bnlab.kit.diagnosis.diagnose import diagnose
from bnlab.kit.diagnosis.known import Differences, Known, differences, same_differences
from bnlab.kit.testing.properties import Outcome
from bnlab.kit.testing.values import is_array

from ..core import solutions
from ..core.solutions import Mistake
from ..judging.judge import Judge
from .fingerprints import check_outcomes, known_mistakes
from .merge import merged

Record = Callable[[Task, str], list[Outcome]]
"""Returns the recorded outcomes of the tests of a task for the text of a module."""

NOT_JOINED, NOT_RUN, MASKED = "not joined", "not running", "masked"
"""Why a pair is left out."""

DOES_NOT_RUN = {"TypeError", "AttributeError", "NameError", "UnboundLocalError", "ValueError"}
"""Exceptions that joined texts raise where neither raises them alone."""


def pairs(names: Sequence[str], judge: Judge, count: int, seed: int = 0) -> Iterator[str]:
    """Yield a sentence for the check and one for the grader, and a line for each unnamed pair.

    Args:
        names: the units.
        judge: the judge.
        count: the number of pairs that are drawn for each.
        seed: seed of the choice of the pairs.
    """
    drawn = _drawn(names, seed)
    sides: dict[str, tuple[Record, Callable[[Task], Known]]] = {
        "check": (check_outcomes, known_mistakes),
        "grader": (
            lambda task, source: judge.recorded(task.unit, source, task.name),
            lambda task: judge.known(task.unit, task.name),
        ),
    }
    for side, (record, known) in sides.items():
        yield from _measured(side, Side(record, known), drawn, count)


class Side:
    """The check or the grader: what it records, and what it knows.

    Args:
        record: returns the outcomes of a task for a module.
        known: returns what is known of a task.
    """

    def __init__(self, record: Record, known: Callable[[Task], Known]):
        self._record, self._make = record, known
        self._known: dict[str, Known] = {}
        self._alone: dict[tuple[str, str], list[Outcome]] = {}

    def known(self, task: Task) -> Known:
        """Return what is known of a task."""
        if task.name not in self._known:
            self._known[task.name] = self._make(task)
        return self._known[task.name]

    def _of_one(self, task: Task, mistake: Mistake) -> list[Outcome]:
        key = task.name, mistake.name
        if key not in self._alone:
            self._alone[key] = self._record(task, mistake.source)
        return self._alone[key]

    def outcomes(self, task: Task, one: Mistake, other: Mistake) -> list[Outcome] | str:
        """Return the outcomes of a module with two mistakes, or why the pair does not count."""
        source = merged(one, other)
        if source is None:
            return NOT_JOINED
        outcomes = self._record(task, source)
        alone = [self._of_one(task, each) for each in (one, other)]
        if not _runs(outcomes, alone):
            return NOT_RUN
        known = self.known(task)
        both = _seen(known, outcomes)
        singly = [{}, *(_seen(known, each) for each in alone)] + [
            {place: what for place, what in found.items() if place[0] in known.failed[name]}
            for name, found in known.mistakes.items()
        ]
        return MASKED if any(same_differences(both, each) for each in singly) else outcomes


def _measured(
    side: str, what: Side, drawn: Iterable[tuple[Task, Mistake, Mistake]], count: int
) -> Iterator[str]:
    found: Counter[str] = Counter()
    unnamed = []
    for task, one, other in drawn:
        if found["all"] == count:
            break
        outcomes = what.outcomes(task, one, other)
        if isinstance(outcomes, str):
            found[outcomes] += 1
            continue
        diagnosis = diagnose(outcomes, what.known(task))
        names = set(diagnosis.names)
        hits = len(names & {one.name, other.name})
        third = names - {one.name, other.name} and not (diagnosis.either and hits)
        found.update({"all": 1, "hit": hits > 0, "both": hits == 2, "third": bool(third)})
        if not hits:
            unnamed.append(f"  {side}: {task.name}: {one.name}, {other.name}: {sorted(names)}")
    total = found["all"]
    yield (
        f"{side}: {total} pairs of mistakes in one task: at least one named {found['hit']} "
        f"({_percent(found['hit'], total)}), both {found['both']} "
        f"({_percent(found['both'], total)}), a third named in {found['third']}. "
        f"Left out: {', '.join(f'{found[why]} {why}' for why in (NOT_JOINED, NOT_RUN, MASKED))}."
    )
    yield from unnamed


def _drawn(names: Sequence[str], seed: int) -> list[tuple[Task, Mistake, Mistake]]:
    found = [
        (task, one, other)
        for name in names
        for task in unit(name).tasks
        for one, other in combinations(solutions.mistakes(name), 2)
        if task.name in one.loses and task.name in other.loses
    ]
    random.Random(seed).shuffle(found)
    return found


def _seen(known: Known, outcomes: Iterable[Outcome]) -> Differences:
    return {
        place: what
        for each in outcomes
        if not each.passed
        for place, what in differences(known, each).items()
    }


def _runs(both: list[Outcome], alone: Sequence[list[Outcome]]) -> bool:
    """Return whether a module with two mistakes runs where the modules with one do."""
    if _raising(both) - _raising(alone[0]) - _raising(alone[1]):
        return False
    shapes, first, second = _shapes(both), _shapes(alone[0]), _shapes(alone[1])
    returning = first.keys() & second.keys()
    found = returning & shapes.keys()
    if any(shapes[at] not in (first[at], second[at]) for at in found):
        return False
    return not returning or bool(found)


def _shapes(outcomes: Iterable[Outcome]) -> dict[tuple[str, int], list[tuple[int, ...] | None]]:
    """Return the shapes of what each call gives, by property and call."""
    return {
        (each.property.name, number): [
            tuple(one.shape) if is_array(one) else None
            for one in (call.result if isinstance(call.result, tuple | list) else [call.result])
        ]
        for each in outcomes
        for number, call in enumerate(each.calls)
        if call.operation in ("call", "gradients") and not call.raised
    }


def _raising(outcomes: Iterable[Outcome]) -> set[tuple[str, int]]:
    return {
        (each.property.name, number)
        for each in outcomes
        for number, call in enumerate(each.calls)
        if DOES_NOT_RUN & set(call.raised)
    }


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
