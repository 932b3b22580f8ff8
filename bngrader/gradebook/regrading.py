"""Regrades that write: new marks, with the old ones kept, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import Any

from nbgrader import api
from sqlalchemy.exc import SQLAlchemyError

from ..authoring.release import write_sources
from ..core.errors import GraderError
from ..core.files import write_atomically
from ..course.course import Course
from ..course.grade import Graded
from ..course.submissions import TIMESTAMP
from . import converters, database
from .cells import change, dump, restore
from .changes import cannot_go_on, graded_files
from .database import Name
from .files import strangers
from .history import DONE, UNDONE, History, Regrade
from .pages import write_feedback
from .penalties import Penalties
from .record import record
from .recorded import read_copies, read_recorded
from .regrade import Plan
from .settings import settings
from .writer import engine

Progress = Callable[[str], None]


def regrade(
    course: Course,
    graded: Sequence[Graded],
    plan: Plan,
    reason: str,
    progress: Progress = lambda _: None,
) -> tuple[Regrade, list[str]]:
    """Write the marks of a plan; return the regrade, and a line for each fault.

    A regrade that was stopped is continued.

    Raises:
        GraderError: the gradebook cannot be written.
    """
    history = History(course)
    names = [(each.learner, each.unit) for each in plan.totals]
    names += [name for name in plan.same if name[1] in plan.cells and name not in names]
    with _gradebook(course) as connection:
        dumps = _dumps(connection, list(dict.fromkeys([*plan.cells, *(n[1] for n in names)])))
    unfinished = history.unfinished
    if unfinished and unfinished.undoes:
        raise GraderError(
            f"regrade: the undo of regrade {unfinished.undoes} was stopped; run `bngrader regrade "
            "--undo` first, which continues it."
        )
    if unfinished:
        begun = history.add(unfinished, names, plan.cells, dumps)
    else:
        begun = history.begin(reason, names, plan.cells, dumps, plan.changes)
    progress("stored")
    with _gradebook(course) as connection:
        for unit in begun.cells:
            change(connection, course.unit(unit))
    if begun.cells:
        rules = course.settings()
        write_sources(course.root, {unit: rules.unit(unit) for unit in begun.cells}, rules.book)
        for unit in begun.cells:
            converters.assignment(course, unit)
    progress("cells")
    mine = [e for e in graded if (e.submission.learner, e.submission.unit) in set(begun.names)]
    lines = record(course, mine)
    progress("marks")
    lines += write_feedback(course, begun.units)
    progress("feedback")
    return history.finish(begun), lines


def undo(course: Course, number: int | None = None) -> tuple[Regrade, list[Name]]:
    """Bring back the marks before a regrade; return it, and who has handed in anew since.

    Marks and comments that people gave stay. The marks that are replaced are kept, too.

    Raises:
        GraderError: there is no such regrade, or the gradebook cannot be written.
    """
    history = History(course)
    unfinished = history.unfinished
    if unfinished and unfinished.undoes:
        gone = next(each for each in history.regrades if each.number == unfinished.undoes)
    elif unfinished and number in (None, unfinished.number):
        gone, unfinished = history.finish(unfinished), None
    else:
        gone = history.of(number)
    same, anew = _unchanged(course, history, gone)
    with _gradebook(course) as connection:
        now = _dumps(connection, gone.units)
    begun = unfinished or history.begin(
        f"undo of regrade {gone.number}: {gone.reason}", same, gone.cells, now, undoes=gone.number
    )
    before = history.dumps(gone)
    with _gradebook(course) as connection:
        for unit in gone.units:
            _bring_back(connection, course, unit, before[unit], same)
    for name in same:
        source, _ = history.copies(gone, name)
        target, module = graded_files(course, name)
        for left in strangers(target.parent, {target, module, target.parent / TIMESTAMP}):
            left.unlink()
        write_atomically(target, source.read_bytes())
    write_feedback(course, gone.units)
    history.finish(gone, UNDONE)
    return history.finish(begun, DONE), anew


def _unchanged(course: Course, history: History, gone: Regrade) -> tuple[list[Name], list[Name]]:
    """Return the submissions of a regrade that are as they were, and the others."""
    same: list[Name] = []
    anew: list[Name] = []
    for name in gone.names:
        now = read_recorded(course, name)
        then = read_copies(history.copies(gone, name), name[1])
        (same if now and then and now.same_work(then) else anew).append(name)
    return same, anew


def _bring_back(connection: Any, course: Course, unit: str, before: Any, same: list[Name]) -> None:
    book = database.read(connection.exec_driver_sql, [unit])
    chosen = [name for name in same if name[1] == unit and name in book.submissions]
    notebooks = {book.submissions[name].notebook for name in chosen}
    restore(connection, book.assignments[unit], before, notebooks)
    book = database.read(connection.exec_driver_sql, [unit])
    penalties, table = Penalties(course, unit), api.SubmittedNotebook.__table__
    for name in chosen:
        rows = book.submissions[name]
        penalty = penalties.of(name[0], book.assignments[unit], rows)
        if penalty != rows.penalty:
            row = table.update().where(table.c.id == rows.notebook)
            connection.execute(row.values(late_submission_penalty=penalty))


def _dumps(connection: Any, units: list[str]) -> dict[str, Any]:
    book = database.read(connection.exec_driver_sql, units)
    return {unit: dump(connection, book.assignments[unit]) for unit in units}


@contextmanager
def _gradebook(course: Course) -> Any:
    """Yield a connection to the gradebook in one transaction."""
    made = engine(settings(course).CourseDirectory.db_url)
    try:
        with made.begin() as connection:
            yield connection
    except (OSError, SQLAlchemyError) as error:
        raise cannot_go_on(course, error, "its old or its new marks") from None
    finally:
        made.dispose()
