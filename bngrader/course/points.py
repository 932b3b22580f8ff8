"""The units of one course: those of `bnlab/kit/course.toml` with what the course file changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bnlab.kit.course import Unit, did_you_mean

from ..core.errors import GraderError
from ..core.report import Report

WRITTEN = "written"
"""The name of the written answer among the points of a unit."""

Points = Mapping[str, int]
"""Points by the name of a task or a question, and of the written answer."""


def read_points(rows: Any, unit: Unit) -> dict[str, int]:
    """Return the points of a unit that a course file sets.

    Raises:
        GraderError: a name is unknown, or the points are no whole number.
    """
    where = f"points.{unit.name}"
    if not isinstance(rows, dict):
        raise GraderError(f"{where} is {rows!r}, expected a table of tasks and points.")
    known = points_of(unit)
    for name, value in rows.items():
        if name not in known:
            raise GraderError(
                f"{where} names {name!r}, which is no task and no question of {unit.name}"
                f"{did_you_mean(name, known)} Expected one of {', '.join(known)}."
            )
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
            raise GraderError(
                f"{where}.{name} is {value!r}, expected a whole number from 0 to 1000."
            )
    return dict(rows)


def points_of(unit: Unit) -> dict[str, int]:
    """Return the points of all tasks and questions of a unit, and of its written answer."""
    tasks = {each.name: each.points for each in unit.tasks}
    return tasks | {each.name: each.points for each in unit.quiz} | {WRITTEN: unit.written}


def adapted(unit: Unit, points: Points, title: str = "") -> Unit:
    """Return a unit with other points, and another title if it is not empty."""
    return replace(
        unit,
        title=title or unit.title,
        tasks=tuple(
            replace(each, points=points.get(each.name, each.points)) for each in unit.tasks
        ),
        quiz=tuple(replace(each, points=points.get(each.name, each.points)) for each in unit.quiz),
        written=points.get(WRITTEN, unit.written),
    )


def in_points_of(unit: Unit, report: Report) -> Report:
    """Return a report with the points of a unit; its verdicts stay, so nothing is judged again."""
    most = points_of(unit)
    tasks = tuple(
        replace(each, max_points=most.get(each.task, each.max_points)) for each in report.tasks
    )
    quiz = tuple(
        replace(
            each,
            max_points=most[each.question],
            points=float(most[each.question]) if each.points else 0.0,
        )
        for each in report.quiz
    )
    return replace(report, tasks=tasks, quiz=quiz)
