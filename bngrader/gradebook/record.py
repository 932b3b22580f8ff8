"""Recording: the rows of nbgrader's database and the graded notebooks.

Only what has changed is recorded. The rows of some submissions are written in one transaction, so
that the gradebook is locked for a fraction of a second and holds each submission as it was or as it
is now; their graded notebooks follow. A run that is killed between the two records them again.
"""

from __future__ import annotations

from collections.abc import Callable

from bnlab.kit.course import unit as find_unit

from ..core.text import printable
from ..course.course import Course
from ..course.grade import Graded
from ..course.notebooks import read_notebook
from . import database
from .changes import Todo, common_digest, recorded_digest
from .database import Book, Name
from .settings import settings
from .state import State, digest


def record(
    course: Course,
    graded: list[Graded],
    progress: Callable[[str], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
    held: list[Name] | None = None,
) -> list[str]:
    """Record what has changed in a class since it was recorded last.

    Args:
        course: the course.
        graded: the submissions with their reports.
        progress: called with each unit that is done.
        note: called with a line for each answer whose mark became that of an earlier answer.
        held: if given, a submission that has not changed since it was recorded keeps its marks, and
            is added here if they would be others: after a change of hidden tests or answers.

    Returns:
        A line for each submission that is not recorded.

    Raises:
        GraderError: no more submissions can be recorded; each is as it was or as it is now.
    """
    config = settings(course)
    units = list(dict.fromkeys(each.submission.unit for each in graded))
    with database.reader(config.CourseDirectory.db_url) as execute:
        book = database.read(execute, units)
    refused: dict[Name, str] = {}
    common = common_digest(config)
    with State(course) as state:
        writer = None
        for unit in units:
            own = [each for each in graded if each.submission.unit == unit]
            todo = _todo(course, common, book, state, own, refused)
            if todo:
                from .writer import Writer  # imports nbgrader, which takes seconds

                writer = writer or Writer(course, config, state)
                refused |= writer.write(course.unit(unit), todo, note, held)
            progress(unit)
    return [f"{printable('/'.join(name))}: not recorded, {why}." for name, why in refused.items()]


def _todo(
    course: Course,
    common: str,
    book: Book,
    state: State,
    graded: list[Graded],
    refused: dict[Name, str],
) -> list[Todo]:
    """Return the submissions of a unit that have changed, and add the others' faults."""
    todo = []
    for each in graded:
        name = each.submission.learner, each.submission.unit
        if not each.report.judged:
            refused[name] = "it was not judged"
        elif printable(name[0]) != name[0]:
            # Also nbgrader matches paths with a regular expression that stops at a line break.
            refused[name] = "the name contains characters that nbgrader does not support"
        else:
            stamp, problem = each.submission.timestamp()
            if problem:
                refused[name] = problem.rstrip(".")
                continue
            new = _with_inputs(each, stamp, common)
            if state.marks.get(name) != recorded_digest(course, new.inputs, book, name):
                todo.append(new)
    return todo


def _with_inputs(graded: Graded, stamp: str, common: str) -> Todo:
    submission, report = graded.submission, graded.report
    source, _ = submission.source()
    notebook = graded.notebook or read_notebook(find_unit(submission.unit), submission)
    inputs = digest(
        common, repr(report.tasks), repr(report.quiz), notebook.written, *notebook.others, "",
        source, stamp,
    )  # fmt: skip
    return Todo(graded, notebook, source, stamp, inputs)
