"""The gradebook: assignments, marks and feedback in a database of nbgrader.

`record` and `write_feedback` do what `nbgrader autograde` and `nbgrader generate_feedback` do, for
what has changed, with known reports. All other commands of nbgrader and its formgrader work on the
same database and folders.
"""

from __future__ import annotations

from collections.abc import Callable

from bnlab.kit.course import units

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
        GraderError: it fails.
    """
    from . import converters  # imports nbgrader, which takes seconds

    for name in units():
        converters.assignment(course, name)
        progress(name)


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
