"""The gradebook: assignments, marks and feedback in a database of nbgrader.

`record` and `write_feedback` do what `nbgrader autograde` and `nbgrader generate_feedback` do, for
what has changed, with known reports. All other commands of nbgrader and its formgrader work on the
same database and folders.
"""

from __future__ import annotations

from collections.abc import Callable

from bnlab.kit.course import Unit, units
from bnlab.kit.course import unit as find_unit
from bnlab.kit.formats import check_cell_id, quiz_cell_id, written_cell_id

from ..core.errors import GraderError
from ..course.course import Course
from ..course.submissions import Submission
from . import database
from .pages import write_feedback
from .record import record
from .settings import settings, shown_address, sqlite_path

__all__ = ["check_ready", "make_assignments", "record", "write_feedback"]


def make_assignments(course: Course, progress: Callable[[str], None] = lambda _: None) -> None:
    """Do what `nbgrader generate_assignment` does, for every unit.

    Raises:
        GraderError: it fails for some units; the others are made.
    """
    from . import converters  # imports nbgrader, which takes seconds

    url = settings(course).CourseDirectory.db_url
    faults = []
    for name, each in units().items():
        try:
            if change := _cells_with_submissions(url, each):
                raise GraderError(change)
            converters.assignment(course, name)
        except GraderError as error:
            faults.append(str(error))
        progress(name)
    if faults:
        raise GraderError(" ".join(faults))


def _cells_with_submissions(url: str, unit: Unit) -> str:
    """Return what nbgrader cannot change in a unit once there are submissions; "" if nothing."""
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        return ""
    try:
        with database.reader(url) as execute:
            book = database.read(execute, [unit.name])
    except GraderError:  # nbgrader makes the tables, or says what is wrong
        return ""
    assignment, wanted = book.assignments.get(unit.name), points_of_cells(unit)
    if assignment is None or not book.submissions or set(assignment.cells) == set(wanted):
        return ""
    gone, new = (
        ", ".join(sorted(each)) or "none"
        for each in (assignment.cells.keys() - wanted, wanted.keys() - assignment.cells)
    )
    return (
        f"release: assignment {unit.name} has submissions, so nbgrader lets no cell be removed "
        f"({gone}) or added ({new}); restore these tasks and questions, or run `nbgrader db "
        f"assignment remove {unit.name} --force`, which deletes its marks and those that people "
        "gave, then release and grade again."
    )


def points_of_cells(unit: Unit) -> dict[str, int]:
    """Return the points of each cell of a unit that is marked."""
    points = {check_cell_id(task.name): task.points for task in unit.tasks}
    points |= {quiz_cell_id(question.name): question.points for question in unit.quiz}
    return points | {written_cell_id(unit.name): unit.written}


def _check_points(where: str, unit: Unit, found: dict[str, float]) -> None:
    """Raise an error if the gradebook has other cells or points than the course.

    Raises:
        GraderError: with the first difference, and the commands that remove it.
    """
    wanted = points_of_cells(unit)
    for cell in sorted(wanted.keys() | found):
        before, now = found.get(cell), wanted.get(cell)
        if before != now:
            has = "no cell" if before is None else f"{before:g} points for"
            raise GraderError(
                f"gradebook: {where} has {has} {cell} of {unit.name}, and course.toml has "
                f"{'none' if now is None else f'{now:g}'}; run `bngrader build`, then "
                "`bngrader release`, then grade again."
            )


def check_ready(course: Course, submissions: list[Submission]) -> None:
    """Raise the errors of `record` that can be foreseen, before a class is judged for an hour.

    Raises:
        GraderError: a submission is not in the folder where nbgrader looks, the gradebook lacks
            its assignment, or the gradebook cannot be read.
    """
    for each in submissions:
        if each.folder.resolve().parent.parent != course.submitted.resolve():
            raise GraderError(
                f"gradebook: {each.folder} is not in {course.submitted}, which nbgrader reads. "
                "Grade that folder, or choose another course with --course."
            )
    url = settings(course).CourseDirectory.db_url
    where, path = shown_address(url), sqlite_path(url)
    missing = "run `bngrader release` first, which makes the assignments."
    if path is not None and not path.is_file():
        raise GraderError(f"gradebook: {where} not found; {missing}")
    names = dict.fromkeys(each.unit for each in submissions)
    with database.reader(url, lock=True) as execute:
        book = database.read(execute, names)
    for name in names:
        if name not in book.assignments:
            raise GraderError(f"gradebook: assignment {name} is not in {where}; {missing}")
        cells = book.assignments[name].cells
        _check_points(where, find_unit(name), {cell: most for cell, (_, most) in cells.items()})
