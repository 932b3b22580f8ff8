"""Whose recorded mark would change, from what to what, and why; nothing is written here.

Only submissions that are as they were recorded are compared. New and changed ones are recorded by
`bngrader grade --gradebook`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bnlab.kit.course import Unit
from bnlab.kit.formats import check_cell_id, written_cell_id

from ..core.text import printable
from ..course.course import Course
from ..course.grade import Graded
from . import database
from .cell_points import CellChanges, cell_changes, points_of_cells
from .database import Assignment, Book, Grade, Name, Rows
from .marks import Before, Now, mark
from .recorded import Present, Recorded, read_recorded
from .settings import settings

if TYPE_CHECKING:
    from .penalties import Penalties

COLUMNS = ("learner", "unit", "task", "points", "of", "points_new", "of_new", "reason")


@dataclass(frozen=True)
class Change:
    """The change of one cell of one submission.

    Attributes:
        task: the task or question, or "written".
        points, of: recorded now, None if the cell is new.
        points_new, of_new: after the regrade, None if the cell is removed.
        reason: the hidden tests, answers or points that have changed.
    """

    learner: str
    unit: str
    task: str
    points: float | None
    of: float | None
    points_new: float | None
    of_new: float | None
    reason: str

    @property
    def gain(self) -> float:
        """The difference in points, before a late penalty."""
        return (self.points_new or 0.0) - (self.points or 0.0)


@dataclass(frozen=True)
class Total:
    """The mark of a submission after the late penalty, now and after the regrade."""

    learner: str
    unit: str
    points: float
    of: float
    points_new: float
    of_new: float


@dataclass
class Plan:
    """What a regrade changes.

    Attributes:
        cells: by unit, what changes in the assignment.
        changes: a row for each cell whose points change.
        totals: a row for each submission of these.
        same: all submissions that are as they were recorded.
        left: submissions that are new, changed or not judged, which a regrade leaves alone.
    """

    cells: dict[str, CellChanges] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    same: list[Name] = field(default_factory=list)
    left: list[Name] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cells or self.changes)


def explain(course: Course, graded: Sequence[Graded]) -> Plan:
    """Return what a regrade would change.

    Raises:
        GraderError: the gradebook cannot be read.
    """
    from .penalties import Penalties  # imports nbgrader, which takes seconds

    units = list(dict.fromkeys(each.submission.unit for each in graded))
    with database.reader(settings(course).CourseDirectory.db_url) as execute:
        book = database.read(execute, units)
    plan = Plan()
    for name in units:
        own = [each for each in graded if each.submission.unit == name]
        unit, assignment = course.unit(name), book.assignments.get(name)
        if assignment is None:
            plan.left += [(each.submission.learner, name) for each in own]
            continue
        if (changes := cell_changes(assignment, unit)) and any(
            n[1] == name for n in book.submissions
        ):
            plan.cells[name] = changes
        _explain_unit(plan, course, unit, book, own, Penalties(course, name))
    return plan


def _explain_unit(
    plan: Plan, course: Course, unit: Unit, book: Book, graded: list[Graded], penalties: Penalties
) -> None:
    present, assignment = Present(unit), book.assignments[unit.name]
    for each in graded:
        name = each.submission.learner, unit.name
        rows, recorded = book.submissions.get(name), read_recorded(course, name)
        if (
            not each.report.judged
            or rows is None
            or not recorded
            or not present.same(recorded, each)
        ):
            plan.left.append(name)
            continue
        plan.same.append(name)
        new = _new_rows(unit, rows, recorded, present, each)
        changes = list(_changes(name, assignment, unit, rows, new, recorded, each))
        before = rows.score - (rows.penalty or 0.0)
        after = new.score - (penalties.of(name[0], assignment, new) or 0.0)
        if changes or abs(before - after) > 0.005:
            plan.changes += changes
            most = float(sum(points_of_cells(unit).values()))
            total = Total(*name, round(before, 2), assignment.max_score, round(after, 2), most)
            plan.totals.append(total)


def _new_rows(unit: Unit, rows: Rows, recorded: Recorded, present: Present, graded: Graded) -> Rows:
    """Return the rows of a submission after the regrade."""
    wanted, cell = points_of_cells(unit), written_cell_id(unit.name)
    start = replace(rows, grades={name: rows.grades.get(name, Grade("")) for name in wanted})
    written = recorded.answers.get(cell, "")
    now = Now(
        present.marks(graded), cell, written, recorded.module,
        {name: float(most) for name, most in wanted.items()},
    )  # fmt: skip
    marks = mark(start, Before(written, recorded.module), now)
    return replace(rows, grades=marks.grades)


def _changes(
    name: Name,
    assignment: Assignment,
    unit: Unit,
    rows: Rows,
    new: Rows,
    recorded: Recorded,
    graded: Graded,
) -> Iterator[Change]:
    """Yield the cells of a submission whose mark or points change."""
    wanted = points_of_cells(unit)
    tasks = {check_cell_id(each.task): each for each in graded.report.tasks}
    for cell in sorted(rows.grades.keys() | wanted):
        old, now = rows.grades.get(cell), new.grades.get(cell)
        of, of_new = assignment.cells.get(cell, (None, None))[1], wanted.get(cell)
        auto = old is not None and now is not None and old.auto != now.auto
        if old is not None and now is not None and of == of_new and not auto:
            continue
        reasons = []
        if of is None or of_new is None:
            reasons.append("the question or task is new" if of is None else "it is removed")
        elif of != of_new:
            reasons.append(f"{of:g} points become {of_new:g}")
        if cell in tasks:
            verdicts = {each.property: each.passed for each in tasks[cell].verdicts}
            reasons += _tests(recorded.verdicts.get(cell, {}), verdicts)
        elif auto and of == of_new:
            reasons.append("the answer that counts as right has changed")
        if old is not None and old.manual is not None:
            reasons.append("a person gave this mark, and it stays; look at it again")
        task = printable(cell.partition("-")[2] if not cell.startswith("written-") else "written")
        yield Change(
            *name, task, None if old is None else old.score, of,
            None if now is None else now.score, of_new, "; ".join(reasons) or "judged again",
        )  # fmt: skip


def _tests(old: dict[str, bool], new: dict[str, bool]) -> list[str]:
    """Return what became of the hidden tests of a task."""
    reasons = []
    for text, passed in new.items():
        if text not in old:
            reasons.append(f"new test, {'passed' if passed else 'failed'}: {text}")
        elif old[text] != passed:
            reasons.append(f"now {'passes' if passed else 'fails'}: {text}")
    return reasons + [f"test removed: {text}" for text in old if text not in new]
