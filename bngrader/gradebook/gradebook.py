"""The gradebook: assignments, marks and feedback in nbgrader.

A class is recorded completely or not at all. nbgrader writes to a copy of the gradebook and to
temporary folders; then all rows of the copy replace those of the gradebook in one transaction. The
gradebook is locked from before the copy is made. If the process is killed, the disk is full, or
another program holds the gradebook, it contains either the old marks or all new ones.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from nbgrader.api import Gradebook
from sqlalchemy.exc import DatabaseError

from bnlab.kit.course import units

from ..core.errors import GraderError
from ..core.report import Report
from ..core.text import printable
from ..course.course import Course
from ..course.grade import Graded
from ..course.submissions import Submission
from . import converters

LOCK_TIMEOUT_S = 5.0
"""Seconds to wait until another program unlocks the gradebook."""

Name = tuple[str, str]
"""Learner and unit of a submission."""


def make_assignments(course: Course, progress: Callable[[str], None] = lambda _: None) -> None:
    """Do what `nbgrader generate_assignment` does, for every unit.

    Raises:
        GraderError: it fails.
    """
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
    path = course.gradebook
    missing = "run `bngrader release` first, which makes the assignments."
    if not path.is_file():
        raise GraderError(f"gradebook: {path} not found; {missing}")
    with _locked(path):
        pass
    converters.load_nbgrader(course)
    try:
        with Gradebook(f"sqlite:///{path}") as book:
            known = {assignment.name for assignment in book.assignments}
    except (DatabaseError, ValueError) as error:
        raise GraderError(_unreadable(path, error)) from None
    for name in sorted({each.unit for each in submissions} - known):
        raise GraderError(f"gradebook: assignment {name} is not in {path}; {missing}")


def _unreadable(path: Path, error: Exception) -> str:
    return (
        f"gradebook: {path} is not a database of nbgrader ({type(error).__name__}). Restore it "
        "from a backup, or move it away and run `bngrader release`, which makes a new one."
    )


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the gradebook in a transaction; others can read it, but not write.

    A transaction that the block does not commit is rolled back.

    Raises:
        GraderError: another program has locked it, or it is not a database.
    """
    with contextlib.closing(sqlite3.connect(path, LOCK_TIMEOUT_S, isolation_level=None)) as book:
        try:
            book.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise GraderError(
                    f"gradebook: {path} is locked by another program; "
                    "close that program and run again: nothing is judged twice."
                ) from None
            raise GraderError(f"gradebook: {path} cannot be written ({error}).") from None
        except sqlite3.DatabaseError as error:
            raise GraderError(_unreadable(path, error)) from None
        try:
            yield book
        finally:
            if book.in_transaction:
                book.rollback()


def record(
    course: Course, graded: list[Graded], progress: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Record the marks of a class, all of them or none.

    Meanwhile, the formgrader cannot save a mark: it reports that the database is locked.

    Args:
        course: the course.
        graded: the submissions with their reports.
        progress: called with each unit that nbgrader has finished.

    Returns:
        A line for each submission that is not recorded.

    Raises:
        GraderError: the class cannot be recorded; the gradebook is unchanged.
    """
    reports = {(each.submission.learner, each.submission.unit): each.report for each in graded}
    refused = {name: "it was not judged" for name, each in reports.items() if not each.judged}
    # nbgrader matches paths with a regular expression that stops at a line break.
    refused |= {
        name: "the name contains characters that nbgrader does not support"
        for name in reports
        if printable(name[0]) != name[0]
    }
    copy, folder = course.root / ".gradebook.db.partial", course.root / ".autograded.partial"
    state = "no mark was changed"
    try:
        with _locked(course.gradebook) as book, _removed(folder, copy):
            # The copy contains traces of submissions that fail, so each try starts with a new one.
            while failed := _autograde(
                course, {n: r for n, r in reports.items() if n not in refused}, copy, progress
            ):
                refused |= failed
            _replace_rows(book, copy)
            state = "all marks are recorded, but some graded notebooks are missing"
            _move(folder, course.autograded)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise GraderError(
            f"gradebook: the class cannot be recorded ({_reason(error)}); {state}. Make sure that "
            f"{course.root} is writable, the disk has space, and no other program uses it. Then "
            "run again: nothing is judged twice."
        ) from None
    return [f"{printable('/'.join(name))}: not recorded, {why}." for name, why in refused.items()]


def _autograde(
    course: Course,
    reports: dict[Name, Report],
    copy: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[Name, str]:
    """Let nbgrader record reports in a new copy of the gradebook; return which failed, and why."""
    failed: dict[Name, str] = {}
    _remove(copy)
    # On the connection that holds the lock, `backup` would wait for itself.
    with (
        contextlib.closing(sqlite3.connect(course.gradebook)) as reader,
        contextlib.closing(sqlite3.connect(copy)) as fresh,
    ):
        reader.backup(fresh)
    for unit in dict.fromkeys(unit for _, unit in reports):
        own = {learner: report for (learner, each), report in reports.items() if each == unit}
        faults = converters.autograde(course, unit, own, copy, ".autograded.partial")
        failed |= {(learner, unit): why for learner, why in faults.items()}
        progress(unit)
    return failed


def _replace_rows(book: sqlite3.Connection, copy: Path) -> None:
    """Replace all rows of the gradebook by those of the copy, and commit.

    The file stays the same, so that programs that have it open see the new rows.
    """
    with contextlib.closing(sqlite3.connect(copy)) as new:
        tables = new.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            rows = new.execute(f'select * from "{table}"')
            places = ", ".join("?" * len(rows.description))
            book.execute(f'delete from "{table}"')
            book.executemany(f'insert into "{table}" values ({places})', rows)
    book.execute("commit")


def write_feedback(
    course: Course, names: list[str], progress: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Do what `nbgrader generate_feedback` does, for some units.

    Returns:
        A line for each submission without a page.

    Raises:
        GraderError: an error of the machine; the pages of that unit are unchanged.
    """
    lines, folder = [], course.root / ".feedback.partial"
    for name in names:
        try:
            with _removed(folder):
                faults = converters.feedback(course, name, folder.name)
                _move(folder, course.feedback)
        except (OSError, DatabaseError) as error:
            raise GraderError(
                f"feedback: the pages of {name} cannot be written ({_reason(error)}); all marks "
                f"are recorded. Make sure that {course.root} is writable and the disk has space, "
                "then run again: nothing is judged twice."
            ) from None
        lines += [f"{printable(who)}/{name}: no feedback, {why}." for who, why in faults.items()]
        progress(name)
    return lines


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or getattr(error, "orig", None) or error)


@contextlib.contextmanager
def _removed(*paths: Path) -> Iterator[None]:
    """Remove temporary files and folders before the block, if a killed run left them, and after."""
    _remove(*paths)
    try:
        yield
    finally:
        _remove(*paths)


def _remove(*paths: Path) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    """Move each `<learner>/<unit>/` from one folder to another, and replace what is there."""
    for new in sorted(source.glob("*/*")):
        old = target / new.relative_to(source)
        old.parent.mkdir(parents=True, exist_ok=True)
        if old.exists():
            shutil.rmtree(old)
        os.replace(new, old)
