"""nbgrader's converters with the settings of a course, for one unit."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from ..core.errors import GraderError
from ..core.solutions import ROOT
from ..core.text import printable
from ..course.course import Course
from .settings import settings


def assignment(course: Course, unit: str) -> None:
    """Do what `nbgrader generate_assignment` does.

    Raises:
        GraderError: it fails; with the reason, which nbgrader writes to its log only.
    """
    with _quiet():
        converter = _converter(GenerateAssignment, course, unit)
        reason = _LastError(logging.ERROR)
        converter.log.addHandler(reason)
        try:
            converter.start()
        except NbGraderException as error:
            why = printable(str(reason.error or error)).rstrip(".")
            raise GraderError(f"nbgrader: assignment {unit} cannot be made: {why}.") from None
        finally:
            converter.log.removeHandler(reason)


class _LastError(logging.Handler):
    """A log handler that holds the last error, which nbgrader logs and does not raise."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Store the exception that nbgrader is handling while it writes to its log."""
        self.error = sys.exc_info()[1] or self.error


def autograde(course: Course, unit: str) -> Any:
    """Return nbgrader's converter of submissions, with the settings of the course."""
    return _converter(Autograde, course, unit)


def feedback(course: Course, unit: str) -> Any:
    """Return nbgrader's converter of graded notebooks to pages."""
    return _converter(GenerateFeedback, course, unit)


def _converter(kind: Any, course: Course, unit: str) -> Any:
    """Return one of nbgrader's converters for one unit and all learners."""
    app = load_nbgrader(course)
    directory = CourseDirectory(parent=app)
    directory.assignment_id, directory.student_id = unit, "*"
    converter = kind(coursedir=directory, parent=app)
    converter.force = True
    return converter


def load_nbgrader(course: Course) -> Any:
    """Return nbgrader's application with `nbgrader_config.py` and the folder of a course."""
    NbGrader.clear_instance()
    app = NbGrader.instance()
    app.log_level = logging.ERROR
    app.logfile = ""
    with contextlib.chdir(ROOT):
        app.initialize([])
    app.update_config(settings(course))
    return app


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Suppress standard error, to which nbgrader writes a line per file."""
    with contextlib.redirect_stderr(io.StringIO()):
        yield
