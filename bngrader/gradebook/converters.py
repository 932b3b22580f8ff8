"""nbgrader's converters, called from Python for one unit.

nbgrader's own command stops at the first submission that fails and refers to a traceback. Here a
submission that fails does not affect the others, its error is returned, and errors of the machine,
such as a full disk, are raised.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DatabaseError

from bnlab.kit.course import units

from ..core.errors import GraderError
from ..core.report import Report
from ..core.solutions import ROOT
from ..core.text import printable
from ..course.course import Course

MACHINE_ERRORS = (
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM,
)  # fmt: skip
"""Errors of the machine, with which every other submission would fail as well."""


class _OneByOne:
    """A mixin for converters, which continues after a submission that it cannot convert.

    Attributes:
        faults: the learners whose submission failed, and why.
    """

    assignments: dict[str, list[str]]
    log: logging.Logger

    def start(self) -> None:
        """Do what nbgrader's method does, without output.

        Raises:
            OSError, DatabaseError: an error of the machine.
        """
        self.faults: dict[str, str] = {}
        self._watch = _LastError(logging.ERROR)
        self.log.handlers[:] = [self._watch]
        with _quiet():
            super().start()  # type: ignore[misc]

    def convert_notebooks(self) -> None:
        """Do what nbgrader's method does, for each submission separately."""
        for folder, notebooks in sorted(self.assignments.items()):
            self.assignments = {folder: notebooks}
            self._watch.error = None
            try:
                super().convert_notebooks()  # type: ignore[misc]
            except NbGraderException as error:
                fault = self._watch.error or error
                if (
                    isinstance(fault, DatabaseError)
                    or getattr(fault, "errno", None) in MACHINE_ERRORS
                ):
                    raise fault from None
                kind = "" if isinstance(fault, GraderError) else f"{type(fault).__name__}: "
                why = printable(f"{kind}{fault}").rstrip(".")
                self.faults[Path(folder).parent.name] = why


class _LastError(logging.Handler):
    """A log handler that holds the last error, which nbgrader logs and does not raise."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Store the exception that nbgrader is handling while it writes to its log."""
        self.error = sys.exc_info()[1] or self.error


class _Recording(_OneByOne, Autograde):
    """Records submissions whose reports are known, with or without a submitted notebook.

    Attributes:
        reports: the reports on the submissions of the unit, by learner.
    """

    reports: Mapping[str, Report]

    def init_notebooks(self) -> None:
        """Find the submissions, also those without a notebook, which nbgrader would skip."""
        unit = self.coursedir.assignment_id
        folders = [self._format_source(unit, learner) for learner in self.reports]
        slug = units()[unit].slug
        self.assignments = {folder: [os.path.join(folder, f"{slug}.ipynb")] for folder in folders}

    def init_single_notebook_resources(self, notebook_filename: str) -> Any:
        """Return nbgrader's resources with the report for the preprocessor `Verdicts`."""
        resources = super().init_single_notebook_resources(notebook_filename)
        names = resources["nbgrader"]
        names["report"] = self.reports[names["student"]]
        return resources


class _Feedback(_OneByOne, GenerateFeedback):
    """Writes the feedback pages of all autograded submissions of a unit."""


def assignment(course: Course, unit: str) -> None:
    """Do what `nbgrader generate_assignment` does.

    Raises:
        GraderError: it fails.
    """
    with _quiet():
        try:
            _converter(GenerateAssignment, course, unit).start()
        except NbGraderException as error:
            raise GraderError(f"nbgrader: assignment {unit} cannot be made ({error}).") from None


def autograde(
    course: Course, unit: str, reports: Mapping[str, Report], database: Path, folder: str
) -> dict[str, str]:
    """Do what `nbgrader autograde` does, with known reports.

    Args:
        course: the course.
        unit: the unit.
        reports: the reports by learner.
        database: the database to write to.
        folder: name of the folder in the course for graded notebooks.

    Returns:
        The learners whose submission failed, and why.

    Raises:
        OSError, DatabaseError: an error of the machine.
    """
    converter = _converter(_Recording, course, unit)
    converter.reports, converter.create_student = reports, True
    converter.coursedir.db_url = f"sqlite:///{database}"
    converter.coursedir.autograded_directory = folder
    converter.start()
    return dict(converter.faults)


def feedback(course: Course, unit: str, folder: str) -> dict[str, str]:
    """Do what `nbgrader generate_feedback` does.

    Args:
        course: the course.
        unit: the unit.
        folder: name of the folder in the course for pages.

    Returns:
        The learners whose submission failed, and why.

    Raises:
        OSError, DatabaseError: an error of the machine.
    """
    converter = _converter(_Feedback, course, unit)
    converter.coursedir.feedback_directory = folder
    converter.start()
    return dict(converter.faults)


def _converter(kind: Any, course: Course, unit: str) -> Any:
    """Return one of nbgrader's converters for one unit and all learners."""
    app = load_nbgrader(course)
    directory = CourseDirectory(parent=app)
    directory.assignment_id, directory.student_id = unit, "*"
    converter = kind(coursedir=directory, parent=app)
    converter.force = True
    return converter


def load_nbgrader(course: Course) -> Any:
    """Return nbgrader's application with `nbgrader_config.py` and the folder of a course.

    This also adds the programs of this environment to PATH, where nbgrader looks for alembic.
    """
    NbGrader.clear_instance()
    app = NbGrader.instance()
    app.log_level = logging.ERROR
    app.logfile = ""
    with contextlib.chdir(ROOT):
        app.initialize([])
    app.config.CourseDirectory.root = str(course.root)
    return app


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Suppress standard error, to which nbgrader writes a line per file."""
    with contextlib.redirect_stderr(io.StringIO()):
        yield
