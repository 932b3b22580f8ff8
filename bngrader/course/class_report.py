"""The class report on the terminal: points, frequent mistakes and notes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bnlab.kit.course import unit as find_unit

from ..core.report import Status
from ..core.text import count, printable
from .grade import Graded, weakest_tier

MAX_MISUNDERSTANDINGS = 10


@dataclass(frozen=True)
class ClassReport:
    """The content of a class report as text.

    Attributes:
        units: name and points of each unit, in the order of the course.
        points: for each learner one text per unit, "" if nothing was handed in.
        misunderstandings: count, unit and hint, most frequent first.
        notes: what needs the attention of the teacher, and how the class was graded.
    """

    units: list[tuple[str, int]]
    points: dict[str, list[str]]
    misunderstandings: list[tuple[int, str, str]]
    notes: list[str]


def class_report(graded: Sequence[Graded], notes: Sequence[str]) -> ClassReport:
    """Return the report on a class.

    Args:
        graded: the submissions with their reports.
        notes: lines on folders that are not submissions.
    """
    names = sorted({each.submission.unit for each in graded}, key=lambda n: find_unit(n).number)
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for each in graded:
        whole = each.report.status is Status.JUDGED and not each.report.notebook_problem
        mark = f"{each.report.points:g}" + ("" if whole else "!")
        rows[each.submission.learner][each.submission.unit] = mark
    return ClassReport(
        [(name, find_unit(name).machine_points) for name in names],
        {learner: [row.get(name, "") for name in names] for learner, row in rows.items()},
        _misunderstandings(graded),
        [*notes, *_notes(graded)],
    )


def _misunderstandings(graded: Sequence[Graded]) -> list[tuple[int, str, str]]:
    counts = Counter(
        (each.submission.unit, mistake.name, mistake.hint)
        for each in graded
        for task in each.report.tasks
        for mistake in task.mistakes
    )
    most = counts.most_common(MAX_MISUNDERSTANDINGS)
    return [(number, unit, hint) for (unit, _, hint), number in most]


def _notes(graded: Sequence[Graded]) -> list[str]:
    """Return the problems, then the remarks, then how the class was graded."""
    lines = []
    for each in graded:
        where = f"{printable(each.submission.learner)}/{each.submission.unit}"
        if each.report.status is Status.NOT_JUDGED:
            lines.append(f"! {where}: could not be judged: {each.report.problem}")
        elif each.report.problem:
            lines.append(f"! {where}: {each.report.problem}")
        if each.report.notebook_problem:
            lines.append(f"! {where}: {each.report.notebook_problem}")
    for each in graded:
        where = f"{printable(each.submission.learner)}/{each.submission.unit}"
        lines += [f"? {where}: {remark}" for remark in each.report.remarks]
    tier = weakest_tier([each.report for each in graded])
    how = "without a sandbox" if tier == "none" else f"in the sandbox tier {tier}"
    judged = sum(each.report.judged for each in graded)
    lines.append(
        f"{count(judged, 'submission')} judged" + (f"; the code ran {how}." if tier else ".")
    )
    for device in sorted({each.report.device for each in graded} - {"cpu"}):
        names = sorted({e.submission.unit for e in graded if e.report.device == device})
        lines.append(f"On {device}: {', '.join(names)}. All other code ran on the CPU.")
    return lines


def print_class(report: ClassReport, console: Console) -> None:
    """Print the report on a terminal."""
    # Twelve columns of points fit 80 characters; a longer heading is folded and not cut.
    title = "Points, without written answers"
    points = Table(title=title, title_justify="left", box=box.SIMPLE, padding=0)
    points.show_edge = False
    points.add_column("learner", no_wrap=True)
    for name, most in report.units:
        points.add_column(f"{name}\n/{most}", justify="right", overflow="fold")
    for learner, row in report.points.items():
        points.add_row(escape(printable(learner)), *row)
    console.print(points)
    if report.misunderstandings:
        table = Table("learners", "unit", "hint on the mistake", title_justify="left")
        table.title = "What the class misunderstood"
        for number, unit, hint in report.misunderstandings:
            table.add_row(str(number), unit, escape(hint))
        console.print(table)
    for line in report.notes:
        console.print(line, soft_wrap=True, markup=False)
