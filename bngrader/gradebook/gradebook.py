"""The course in nbgrader: assignments, grades and feedback.

A class is recorded as a whole or not at all. nbgrader writes to a copy of the gradebook and to
folders aside; what it wrote goes into the gradebook in one transaction, under a lock that is held
from before the copy. Killed at any instant, out of disk, or kept out by another program: the
gradebook has what it had before, or everything.
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

from ..core.submission import Submission, printable
from ..course.course import COURSE, Graded
from . import converters, preprocessors

LOCK_TIMEOUT_S = 5.0
"""Seconds to wait for another program to give the gradebook free."""


def make_assignments(done: Callable[[str], None] = lambda _: None) -> None:
    """`nbgrader generate_assignment` for every unit.

    Raises:
        ValueError: where it fails.
    """
    for name in units():
        converters.assignment(name)
        done(name)


def check_ready(submissions: list[Submission]) -> None:
    """Returns quietly where `record` can do its work; called before an hour of judging, not after.

    Raises:
        ValueError: where a submission is not under `course/submitted`, where nbgrader looks, or
            the gradebook does not have its assignment, or cannot be read.
    """
    for each in submissions:
        if each.folder.resolve().parent.parent != (COURSE / "submitted").resolve():
            raise ValueError(
                f"gradebook: submission is in {each.folder}, expected under {COURSE}/submitted."
            )
    path = COURSE / "gradebook.db"
    missing = "expected the assignments; run `bngrader release` first."
    if not path.is_file():
        raise ValueError(f"gradebook: {path} is missing, {missing}")
    with _locked(path):
        pass
    converters.load_nbgrader()
    try:
        with Gradebook(f"sqlite:///{path}") as book:
            known = {assignment.name for assignment in book.assignments}
    except (DatabaseError, ValueError) as error:
        kind = type(error).__name__
        message = f"gradebook: {path} cannot be read ({kind}), expected nbgrader's database."
        raise ValueError(message) from None
    for name in sorted({each.unit for each in submissions} - known):
        raise ValueError(f"gradebook: assignment {name} is not in {path}, {missing}")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[sqlite3.Connection]:
    """The gradebook in a transaction of ours: others can read it, and nobody else can write to it.

    What is not committed within the block is undone.

    Raises:
        ValueError: where another program holds it, or it is no database.
    """
    with contextlib.closing(sqlite3.connect(path, LOCK_TIMEOUT_S, isolation_level=None)) as book:
        try:
            book.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ValueError(
                    f"gradebook: {path} is locked by another program, expected it free; "
                    "close that program and run again: nothing is judged twice."
                ) from None
            raise ValueError(f"gradebook: {path} cannot be written ({error}).") from None
        except sqlite3.DatabaseError as error:
            kind = type(error).__name__
            message = f"gradebook: {path} cannot be read ({kind}), expected nbgrader's database."
            raise ValueError(message) from None
        try:
            yield book
        finally:
            if book.in_transaction:
                book.rollback()


def record(graded: list[Graded], done: Callable[[str], None] = lambda _: None) -> list[str]:
    """Records a class with the reports that are there already, all of it or nothing.

    Gives a line for each submission that nbgrader cannot take; of such a one nothing is recorded.
    While it lasts, who saves a mark in the formgrader is told that the database is locked.

    Raises:
        ValueError: where the class cannot be recorded; the gradebook is as it was.
    """
    preprocessors.KNOWN.update(
        {(e.submission.learner, e.submission.unit): e.report for e in graded}
    )
    names = [(each.submission.learner, each.submission.unit) for each in graded]
    # nbgrader finds a name in a path by an expression, which goes line by line.
    refused = {name: "the name is unfit" for name in names if printable(name[0]) != name[0]}
    refused |= {
        (each.submission.learner, each.submission.unit): "it was not judged"
        for each in graded
        if not each.judged  # no points would be a mark
    }
    path, copy = COURSE / "gradebook.db", COURSE / ".gradebook.db.partial"
    aside, state = COURSE / ".autograded.partial", "no mark was changed"
    try:
        with _locked(path) as book, _removed(aside, copy):
            # The copy has traces of those that fail: a fresh one, without them.
            while failed := _autograde([n for n in names if n not in refused], path, copy, done):
                refused |= failed
            _take_over(book, copy)
            state = "every mark is recorded, but not every notebook is in its place"
            _into_place(aside, COURSE / "autograded")
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise ValueError(
            f"gradebook: class cannot be recorded ({_reason(error)}), expected room in {COURSE} "
            f"and no other program at work there; {state}. Run again: nothing is judged twice."
        ) from None
    return [f"{printable('/'.join(name))}: not recorded, {why}." for name, why in refused.items()]


def _autograde(
    names: list[tuple[str, str]],
    book: Path,
    copy: Path,
    done: Callable[[str], None] = lambda _: None,
) -> dict[tuple[str, str], str]:
    """Has nbgrader record in a fresh copy of the gradebook; of each that fails, why."""
    failed: dict[tuple[str, str], str] = {}
    _remove(copy)
    # By a second reader: the connection with the lock waits for itself.
    with (
        contextlib.closing(sqlite3.connect(book)) as reader,
        contextlib.closing(sqlite3.connect(copy)) as fresh,
    ):
        reader.backup(fresh)
    for unit in dict.fromkeys(unit for _, unit in names):
        learners = [learner for learner, each in names if each == unit]
        faults = converters.autograde(unit, learners, copy, ".autograded.partial")
        failed |= {(learner, unit): why for learner, why in faults.items()}
        done(unit)
    return failed


def _take_over(book: sqlite3.Connection, copy: Path) -> None:
    """Every row of the copy in the place of the gradebook's own, and ends the transaction.

    The file stays the same one, so that a program which has it open sees the new rows.
    """
    with contextlib.closing(sqlite3.connect(copy)) as new:
        tables = new.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            rows = new.execute(f'select * from "{table}"')
            places = ", ".join("?" * len(rows.description))
            book.execute(f'delete from "{table}"')
            book.executemany(f'insert into "{table}" values ({places})', rows)
    book.execute("commit")


def write_feedback(names: list[str], done: Callable[[str], None] = lambda _: None) -> list[str]:
    """`nbgrader generate_feedback` for these units; a line for each submission that has none.

    Raises:
        ValueError: where the machine fails; the pages of that unit are as they were.
    """
    lines, aside = [], COURSE / ".feedback.partial"
    for name in names:
        try:
            with _removed(aside):
                faults = converters.feedback(name, aside.name)
                _into_place(aside, COURSE / "feedback")
        except (OSError, DatabaseError) as error:
            raise ValueError(
                f"feedback: pages on {name} cannot be written ({_reason(error)}), expected room "
                f"in {COURSE}; every mark is recorded. Run again: nothing is judged twice."
            ) from None
        lines += [f"{printable(who)}/{name}: no feedback, {why}." for who, why in faults.items()]
        done(name)
    return lines


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or getattr(error, "orig", None) or error)


@contextlib.contextmanager
def _removed(*paths: Path) -> Iterator[None]:
    """Gone before, whatever a killed run has left; and gone after."""
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


def _into_place(aside: Path, folder: Path) -> None:
    """Moves each `<learner>/<unit>/` to where it belongs."""
    for new in sorted(aside.glob("*/*")):
        old = folder / new.relative_to(aside)
        old.parent.mkdir(parents=True, exist_ok=True)
        if old.exists():
            shutil.rmtree(old)
        os.replace(new, old)
