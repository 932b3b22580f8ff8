"""What a class did, in numbers.

Difficulty and discrimination are those of classical test theory. The difficulty of an item is the
mean share of its points that learners earn, so an easy item has a high one. Its discrimination is
the corrected item-total correlation: Pearson's r between the points of the item and those of all
other items of the unit. The interval is that of Fisher's z transformation at 95 percent.

Source: L. Crocker and J. Algina, Introduction to Classical and Modern Test Theory, 1986,
chapter 14.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bnlab.kit.course import unit as find_unit

from ...core.report import Report
from ..grade import Graded
from .situation import Situation

BINS = 10
MIN_FOR_CORRELATION = 5
"""Submissions below which a correlation says nothing."""

BEHIND_SHARE = 0.5
"""Whoever earns less of the points of what was handed in has fallen behind."""


@dataclass(frozen=True)
class UnitRow:
    """The submissions of a unit; shares are those of the points that tests and quiz give."""

    unit: str
    of: int
    handed_in: int
    shares: tuple[float, ...]
    late: int
    attempts: float
    waiting: int

    @property
    def median(self) -> float:
        return statistics.median(self.shares) if self.shares else 0.0

    @property
    def quartiles(self) -> tuple[float, float]:
        if len(self.shares) < 2:
            return self.median, self.median
        low, _, high = statistics.quantiles(self.shares, n=4, method="inclusive")
        return low, high

    @property
    def full(self) -> int:
        """How many have all points."""
        return sum(share >= 1 for share in self.shares)

    @property
    def bins(self) -> list[int]:
        """How many shares are in each tenth; the last one includes 1."""
        counted = Counter(min(int(share * BINS), BINS - 1) for share in self.shares)
        return [counted[number] for number in range(BINS)]


@dataclass(frozen=True)
class ItemRow:
    """A task or a quiz question.

    Attributes:
        discrimination: None for too few submissions, or if all have the same points.
        low, high: the interval of the discrimination.
        lost: the property that most submissions fail, and how many do.
    """

    unit: str
    item: str
    kind: str
    submissions: int
    difficulty: float
    discrimination: float | None = None
    low: float = 0.0
    high: float = 0.0
    lost: tuple[str, int] = ("", 0)


@dataclass(frozen=True)
class MistakeRow:
    """A recognised mistake, and who made it."""

    unit: str
    name: str
    hint: str
    page: str
    learners: tuple[str, ...]
    of: int


@dataclass(frozen=True)
class LearnerRow:
    """A learner over all units.

    Attributes:
        points: by unit; a unit that was not handed in has none.
        unsure: the units of which something could not be read or judged.
        missing: the units that had to be handed in by now, and were not.
    """

    learner: str
    points: Mapping[str, float] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    share: float | None = None

    @property
    def behind(self) -> bool:
        return bool(self.missing) or (self.share is not None and self.share < BEHIND_SHARE)


@dataclass(frozen=True)
class ClassStatistics:
    """All of it, each in the order in which a page shows it."""

    units: list[UnitRow]
    items: list[ItemRow]
    mistakes: list[MistakeRow]
    learners: list[LearnerRow]

    @property
    def behind(self) -> list[LearnerRow]:
        """Who has fallen behind, the furthest first."""
        rows = [row for row in self.learners if row.behind]
        return sorted(rows, key=lambda row: (-len(row.missing), row.share or 0.0, row.learner))


def class_statistics(graded: Sequence[Graded], around: Situation) -> ClassStatistics:
    """Return the statistics of a class.

    Args:
        graded: its submissions; those that could not be judged count in no number.
        around: who is in the class, and when they handed in.
    """
    by_unit: dict[str, list[Graded]] = defaultdict(list)
    for each in graded:
        by_unit[each.submission.unit].append(each)
    names = sorted(by_unit, key=lambda name: find_unit(name).number)
    judged = {name: [e for e in by_unit[name] if e.report.judged] for name in names}
    return ClassStatistics(
        [_unit_row(name, by_unit[name], judged[name], around) for name in names],
        [row for name in names for row in _items(name, [e.report for e in judged[name]])],
        _mistakes(judged),
        _learners(names, by_unit, around),
    )


def _unit_row(name: str, all_of: list[Graded], judged: list[Graded], around: Situation) -> UnitRow:
    # The course file may give other points than the course.
    of = max((e.report.max_points for e in judged), default=find_unit(name).machine_points)
    attempts = [max(1, len(around.times.get((e.submission.learner, name), ()))) for e in all_of]
    return UnitRow(
        name, of, len(all_of),
        tuple(sorted(min(1.0, each.report.points / of) for each in judged if of)),
        sum((each.submission.learner, name) in around.late for each in all_of),
        sum(attempts) / len(attempts), around.waiting.get(name, 0),
    )  # fmt: skip


def _items(unit: str, reports: list[Report]) -> list[ItemRow]:
    """Return the rows of the tasks and questions of a unit."""
    found = find_unit(unit)
    rows = []
    totals = [report.points for report in reports]
    for kind, names in (("task", found.tasks), ("question", found.quiz)):
        for item in names:
            marks = [_points(report, kind, item.name) for report in reports]
            points = [earned for earned, _ in marks]
            most = max((of for _, of in marks), default=0)
            if not most:
                continue
            rest = [total - own for total, own in zip(totals, points, strict=True)]
            rows.append(
                ItemRow(
                    unit,
                    item.name,
                    kind,
                    len(points),
                    sum(points) / (len(points) * most),
                    *correlation(points, rest),
                    _lost(reports, item.name),
                )
            )
    return rows


def _points(report: Report, kind: str, name: str) -> tuple[float, int]:
    """Return the points of a task or question, and those that it can give."""
    if kind == "task":
        found = ((task.points, task.max_points) for task in report.tasks if task.task == name)
        return next(found, (0.0, 0))
    asked = ((mark.points, mark.max_points) for mark in report.quiz if mark.question == name)
    return next(asked, (0.0, 0))


def _lost(reports: list[Report], task: str) -> tuple[str, int]:
    counted = Counter(
        verdict.property
        for report in reports
        for each in report.tasks
        for verdict in each.verdicts
        if each.task == task and not verdict.passed
    )
    return counted.most_common(1)[0] if counted else ("", 0)


def correlation(one: list[float], other: list[float]) -> tuple[float | None, float, float]:
    """Return Pearson's r and its interval at 95 percent; None for too few or equal numbers.

    >>> r, low, high = correlation([0, 1, 2, 3, 4], [1, 1, 2, 3, 3])
    >>> round(r, 2), round(low, 2), round(high, 2)
    (0.94, 0.34, 1.0)
    """
    if len(one) < MIN_FOR_CORRELATION:
        return None, 0.0, 0.0
    try:
        r = statistics.correlation(one, other)
    except statistics.StatisticsError:
        return None, 0.0, 0.0
    z = math.atanh(max(-0.999999, min(0.999999, r)))
    reach = 1.96 / math.sqrt(len(one) - 3)
    return r, math.tanh(z - reach), math.tanh(z + reach)


def _mistakes(judged: Mapping[str, list[Graded]]) -> list[MistakeRow]:
    """Return the recognised mistakes, those of most learners first."""
    made: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for unit, each_of in judged.items():
        for each in each_of:
            for task in each.report.tasks:
                for mistake in task.mistakes:
                    key = (unit, mistake.name, mistake.hint, mistake.page)
                    made[key].add(each.submission.learner)
    rows = [
        MistakeRow(*key, tuple(sorted(learners)), len(judged[key[0]]))
        for key, learners in made.items()
    ]
    order = list(judged)
    return sorted(rows, key=lambda row: (-len(row.learners), order.index(row.unit), row.name))


def _learners(
    names: list[str], by_unit: Mapping[str, list[Graded]], around: Situation
) -> list[LearnerRow]:
    rows: dict[str, dict[str, Graded]] = {learner: {} for learner in around.names}
    for name in names:
        for each in by_unit[name]:
            rows.setdefault(each.submission.learner, {})[name] = each
    found = []
    for learner in sorted(rows):
        own = rows[learner]
        missing = [n for n in names if n not in own and _expected(n, learner, by_unit, around)]
        judged = [
            each.report for each in own.values() if each.report.judged and each.report.max_points
        ]
        most = sum(report.max_points for report in judged)
        share = sum(report.points for report in judged) / most if most else None
        unsure = frozenset(
            name for name, each in own.items()
            if each.report.problem or each.report.notebook_problem or not each.report.judged
        )  # fmt: skip
        points = {name: each.report.points for name, each in own.items()}
        found.append(LearnerRow(learner, points, unsure, tuple(missing), share))
    return found


def _expected(
    unit: str, learner: str, by_unit: Mapping[str, list[Graded]], around: Situation
) -> bool:
    """Return whether a learner should have handed in a unit by now.

    With a due date, if it has passed; without one, if half of the class has handed it in.
    """
    if unit in around.due:
        return (learner, unit) in around.over
    everybody = len({*around.names, *(e.submission.learner for es in by_unit.values() for e in es)})
    return 2 * len(by_unit[unit]) >= everybody
