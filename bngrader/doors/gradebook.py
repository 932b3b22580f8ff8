"""The course in nbgrader: assignments, grades and feedback, by nbgrader's own converters."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DatabaseError

from bnlab.kit.tasks import stems

from ..classroom.course import COURSE, Graded
from ..ground.answers import ROOT
from ..ground.submission import Submission
from . import plugin


def make_assignments(done: Callable[[str], None] = lambda _: None) -> None:
    """`nbgrader generate_assignment` for every stem."""
    for name in stems():
        _convert(GenerateAssignment, name, "*")
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
    _check_free(path)
    _app()  # puts this environment's programs on the path, where nbgrader looks for alembic
    try:
        with Gradebook(f"sqlite:///{path}") as book:
            known = {assignment.name for assignment in book.assignments}
    except (DatabaseError, ValueError) as error:
        kind = type(error).__name__
        message = f"gradebook: {path} cannot be read ({kind}), expected nbgrader's database."
        raise ValueError(message) from None
    for name in sorted({each.stem for each in submissions} - known):
        raise ValueError(f"gradebook: assignment {name} is not in {path}, {missing}")


def _check_free(path: Path) -> None:
    """Returns quietly where the gradebook can be written now.

    Raises:
        ValueError: where another program holds it, or it is no database.
    """
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as base:
            base.execute("begin immediate")
            base.rollback()
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


def record(graded: list[Graded], done: Callable[[str], None] = lambda _: None) -> None:
    """`nbgrader autograde` for every stem handed in, with the reports that are there already."""
    _check_free(COURSE / "gradebook.db")
    for each in graded:
        plugin.KNOWN[each.submission.learner, each.submission.stem] = each.report
    for name in dict.fromkeys(each.submission.stem for each in graded):
        _convert(Autograde, name, "*")
        done(name)


def write_feedback(names: list[str], done: Callable[[str], None] = lambda _: None) -> None:
    """`nbgrader generate_feedback` for these stems."""
    for name in names:
        _convert(GenerateFeedback, name, "*")
        done(name)


def _convert(converter: Any, stem: str, learner: str) -> None:
    app = _app()
    directory = CourseDirectory(parent=app)
    directory.assignment_id, directory.student_id = stem, learner
    with _quiet():
        worker = converter(coursedir=directory, parent=app)
        worker.force = True
        if converter is Autograde:
            worker.create_student = True
        try:
            worker.start()
        except NbGraderException as error:
            raise ValueError(
                f"nbgrader: {stem} failed ({error}); what was recorded before it stays. "
                "Run again to record the rest: nothing is judged twice."
            ) from None


def _app() -> Any:
    """nbgrader with the configuration file of this course, as its own command would read it."""
    NbGrader.clear_instance()
    app = NbGrader.instance()
    app.log_level = logging.ERROR
    app.logfile = ""
    with _inside(ROOT):
        app.initialize([])
    return app


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """nbgrader writes a line per file; errors still reach the log."""
    with contextlib.redirect_stderr(io.StringIO()):
        yield
