"""The course in nbgrader: assignments, grades and feedback, by nbgrader's own converters."""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from bnlab.kit.tasks import stems

from . import plugin
from .answers import ROOT
from .course import COURSE, Graded


def make_assignments(done: Callable[[str], None] = lambda _: None) -> None:
    """`nbgrader generate_assignment` for every stem."""
    for name in stems():
        _convert(GenerateAssignment, name, "*")
        done(name)


def record(graded: list[Graded], done: Callable[[str], None] = lambda _: None) -> None:
    """`nbgrader autograde` for every stem that was handed in, with reports that are there already.

    Raises:
        ValueError: where a submission is not under `course/submitted`, where nbgrader looks.
    """
    for each in graded:
        submission = each.submission
        if submission.folder.resolve().parent.parent != (COURSE / "submitted").resolve():
            raise ValueError(
                f"grade: submission is in {submission.folder}, expected under {COURSE}/submitted "
                "to write it into the gradebook."
            )
        plugin.KNOWN[submission.learner, submission.stem] = each.report
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
            raise ValueError(f"nbgrader: {stem} failed ({error}); the log says why.") from None


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
