"""What in the gradebook does not fit with the course file and the roster; it is only read."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from bnlab.kit.course import units

from ..core.errors import GraderError
from ..course.course import Course
from ..course.doctor import are, short
from ..course.roster import Roster
from . import database
from .cell_points import cell_changes
from .database import Book
from .history import History
from .settings import configured_address, settings, shown_address, sqlite_path


def examine(course: Course) -> list[str]:
    """Return one sentence for each thing that does not fit, with what to do."""
    try:
        rules, roster = course.settings(), course.roster()
    except GraderError:  # told by the part that reads the files
        return []
    found = []
    other = configured_address(course)
    if rules.database and other and other != rules.database:
        found.append(
            f"db_url in nbgrader_config.py is {shown_address(other)} and `database` in course.toml "
            f"{shown_address(rules.database)}: remove one of them."
        )
    url = settings(course).CourseDirectory.db_url
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        return found
    try:
        with database.reader(url) as execute:
            book = database.read(execute, units())
        stopped = History(course).unfinished
    except GraderError as error:
        return [*found, str(error)]
    if stopped:
        found.append(
            f"regrade {stopped.number} was stopped: run `bngrader regrade "
            f"{'--undo' if stopped.undoes else '--reason TEXT'}`, which continues it."
        )
    return found + _dates_and_points(course, book) + _people(roster, book)


def _shown(due: datetime, zone: tzinfo | None) -> str:
    """Return a due date as a teacher writes it; a time without zone is in UTC, as in nbgrader."""
    aware = due if due.tzinfo else due.replace(tzinfo=UTC)
    return f"{aware.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _dates_and_points(course: Course, book: Book) -> list[str]:
    rules, found = course.settings(), []
    for unit, due in rules.due.items():
        now = book.assignments.get(unit)
        wanted = _shown(due, rules.zone)
        has = _shown(now.due, rules.zone) if now and now.due else ""
        if now is not None and has != wanted:
            found.append(
                f"{unit} is due {wanted} in course.toml, and {has or 'has no due date'} in the "
                "gradebook: run `bngrader grade --gradebook`, which writes it."
            )
    for unit, assignment in book.assignments.items():
        changes = cell_changes(assignment, rules.unit(unit))
        if changes and unit not in rules.left_out:
            handed_in = any(name == unit for _, name in book.submissions)
            todo = "`bngrader regrade --explain`" if handed_in else "`bngrader release`"
            found.append(f"{unit}: {changes}, since the gradebook was made; run {todo}.")
    gone = sorted(name for name in book.assignments if name in rules.left_out)
    if gone:
        found.append(f"{short(gone)}: in the gradebook, but course.toml leaves it out.")
    return found


def _people(roster: Roster | None, book: Book) -> list[str]:
    if roster is None:
        return []
    strangers = sorted(book.learners - set(roster.learners))
    if not strangers:
        return []
    return [f"{short(strangers)} {are(strangers)} in the gradebook and not in the roster."]
