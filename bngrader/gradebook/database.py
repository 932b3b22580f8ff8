"""The rows of nbgrader's database that belong to submissions, read in a few queries.

nbgrader's own classes take several milliseconds per row in a large class. The SQL here runs on
SQLite by Python's own module, which needs no import of nbgrader, and on others by SQLAlchemy. The
tables are those of nbgrader 0.9; `bngrader.gradebook.record` writes them.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import GraderError
from .settings import shown_address, sqlite_path

LOCK_TIMEOUT_S = 5.0
"""Seconds to wait until another program unlocks the gradebook."""

EARLIER = "The earlier answer had "
"""How the note on the mark of an earlier answer begins, in the comment that nbgrader makes."""

Name = tuple[str, str]
"""Learner and unit of a submission."""

Execute = Callable[[str], Iterable[Any]]


@dataclass(frozen=True)
class Grade:
    """The mark of one cell.

    Attributes:
        pending: whether a person has to mark the cell.
    """

    id: str
    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    pending: bool = True

    @property
    def score(self) -> float:
        """The points as nbgrader counts them."""
        points = self.auto if self.manual is None else self.manual
        return 0.0 if points is None else points + (self.extra or 0.0)


@dataclass(frozen=True)
class Comment:
    """The comment on one cell."""

    id: str
    auto: str | None = None
    manual: str | None = None

    @property
    def for_learner(self) -> str | None:
        """The comment without the note on an earlier answer, which is for the marker."""
        if self.manual is not None or self.auto is None:
            return self.manual
        return self.auto.partition(EARLIER)[0].strip() or None


@dataclass
class Assignment:
    """An assignment: a unit in the gradebook.

    Attributes:
        cells: points of each cell that is marked, with the id of its row.
        comments: id of the row of each cell with a comment.
        notebooks: the ids of its notebooks by name.
        sources: nbgrader's digest of each released cell.
    """

    id: str
    due: datetime.datetime | None
    notebooks: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str, float]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def max_score(self) -> float:
        """The points of the unit."""
        return sum(points for _, points in self.cells.values())


@dataclass
class Rows:
    """The rows of one submission, marks and comments by the name of the cell."""

    id: str
    notebook: str
    timestamp: datetime.datetime | None
    extension: datetime.timedelta | None
    penalty: float | None
    grades: dict[str, Grade] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The points without the penalty for being late."""
        return sum(each.score for each in self.grades.values())


@dataclass
class Book:
    """What the gradebook holds of some units."""

    assignments: dict[str, Assignment]
    submissions: dict[Name, Rows]
    learners: set[str]

    def text(self, name: Name) -> str:
        """Return all that the gradebook holds of one submission, for a digest."""
        return repr((self.assignments.get(name[1]), self.submissions.get(name)))


@contextlib.contextmanager
def reader(url: str, lock: bool = False) -> Iterator[Execute]:
    """Yield a function that executes a query.

    Args:
        url: the address of the database.
        lock: whether to find out, too, whether it can be written now; only for SQLite.

    Raises:
        GraderError: the gradebook does not exist or is no database of nbgrader.
    """
    path = sqlite_path(url)
    if path is not None:
        with (
            _told(url),
            contextlib.closing(sqlite3.connect(path, LOCK_TIMEOUT_S)) as connection,
        ):
            if lock:
                connection.execute("begin immediate")
            yield connection.execute
            connection.rollback()
        return
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    with _told(url), create_engine(url, poolclass=NullPool).connect() as connected:
        yield lambda sql: connected.exec_driver_sql(sql)


@contextlib.contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn an error of the database into one line."""
    try:
        yield
    except GraderError:
        raise
    except Exception as error:
        if not _of_database(error):
            raise
        raise GraderError(unreadable(url, error)) from None


def _of_database(error: Exception) -> bool:
    """Return whether an error is one of the database, or of a driver that is not installed."""
    return isinstance(error, sqlite3.Error | ImportError) or type(error).__module__.startswith(
        "sqlalchemy."
    )


def unreadable(url: str, error: Exception) -> str:
    """Return the message on a database that cannot be read."""
    where = shown_address(url)
    if "locked" in str(error):
        return (
            f"gradebook: {where} is locked by another program; "
            "close that program and run again: nothing is judged twice."
        )
    if sqlite_path(url) is None:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        return (
            f"gradebook: {where} cannot be read ({why}); see `database` in course.toml, or db_url "
            "in nbgrader_config.py. PostgreSQL needs the package psycopg."
        )
    return (
        f"gradebook: {where} is not a database of nbgrader ({type(error).__name__}). Restore it "
        "from a backup, or move it away and run `bngrader release`, which makes a new one."
    )


def read(execute: Execute, units: Iterable[str]) -> Book:
    """Return what the gradebook holds of some units.

    Args:
        execute: the function of `reader`, or one of a connection in a transaction.
        units: names of units of the course.
    """
    names = ", ".join(f"'{name}'" for name in units) or "''"
    chosen = f"assignment.name in ({names})"
    assignments: dict[str, Assignment] = {}
    for name, key, due, notebook, slug in execute(
        "select assignment.name, assignment.id, assignment.duedate, notebook.id, notebook.name "
        "from assignment left join notebook on notebook.assignment_id = assignment.id "
        f"where {chosen}"
    ):
        row = assignments.setdefault(name, Assignment(key, _time(due)))
        if notebook:
            row.notebooks[slug] = notebook
    cells = (
        "from assignment join notebook on notebook.assignment_id = assignment.id "
        "join base_cell on base_cell.notebook_id = notebook.id "
    )
    for table in ("grade_cells", "task_cells"):
        for unit, name, key, points in execute(
            f"select assignment.name, base_cell.name, base_cell.id, {table}.max_score {cells} "
            f"join {table} on {table}.id = base_cell.id where {chosen} order by base_cell.name"
        ):
            assignments[unit].cells[name] = (key, points)
    for table in ("solution_cells", "task_cells"):
        for unit, name, key in execute(
            f"select assignment.name, base_cell.name, base_cell.id {cells} "
            f"join {table} on {table}.id = base_cell.id where {chosen} order by base_cell.name"
        ):
            assignments[unit].comments[name] = key
    for unit, name, checksum in execute(
        "select assignment.name, source_cell.name, source_cell.checksum "
        "from assignment join notebook on notebook.assignment_id = assignment.id "
        f"join source_cell on source_cell.notebook_id = notebook.id where {chosen} "
        "order by source_cell.name"
    ):
        assignments[unit].sources[name] = checksum
    return Book(assignments, _submissions(execute, chosen), {r[0] for r in execute(LEARNERS)})


LEARNERS = "select id from student"  # a roster holds learners who handed in nothing
OF_SUBMISSION = (
    "from submitted_assignment handed join assignment on assignment.id = handed.assignment_id "
    "join submitted_notebook on submitted_notebook.assignment_id = handed.id "
)


def _submissions(execute: Execute, chosen: str) -> dict[Name, Rows]:
    rows: dict[Name, Rows] = {}
    by_notebook: dict[str, Rows] = {}
    for learner, unit, key, stamp, extension, notebook, penalty in execute(
        "select handed.student_id, assignment.name, handed.id, handed.timestamp, handed.extension, "
        f"submitted_notebook.id, submitted_notebook.late_submission_penalty {OF_SUBMISSION} "
        f"where {chosen}"
    ):
        row = Rows(key, notebook, _time(stamp), _span(extension), penalty)
        rows[learner, unit] = by_notebook[notebook] = row
    for notebook, cell, key, auto, manual, extra, pending in execute(
        "select grade.notebook_id, base_cell.name, grade.id, grade.auto_score, grade.manual_score, "
        f"grade.extra_credit, grade.needs_manual_grade {OF_SUBMISSION} "
        "join grade on grade.notebook_id = submitted_notebook.id "
        f"join base_cell on base_cell.id = grade.cell_id where {chosen} order by base_cell.name"
    ):
        by_notebook[notebook].grades[cell] = Grade(key, auto, manual, extra, bool(pending))
    for notebook, cell, *texts in execute(
        "select comment.notebook_id, base_cell.name, comment.id, comment.auto_comment, "
        f"comment.manual_comment {OF_SUBMISSION} "
        "join comment on comment.notebook_id = submitted_notebook.id "
        f"join base_cell on base_cell.id = comment.cell_id where {chosen} order by base_cell.name"
    ):
        by_notebook[notebook].comments[cell] = Comment(*texts)
    return rows


def _time(value: Any) -> datetime.datetime | None:
    """Return a time, which SQLite stores as text."""
    return datetime.datetime.fromisoformat(value) if isinstance(value, str) else value


def _span(value: Any) -> datetime.timedelta | None:
    """Return a span of time, which SQLite stores as a time after 1970."""
    if isinstance(value, str):
        return datetime.datetime.fromisoformat(value) - datetime.datetime(1970, 1, 1)
    return value
