"""nbgrader's converters, started from Python: for one unit, submission by submission.

nbgrader's own command stops at a fault with the advice to read a traceback. Here the fault itself
is kept, one learner's costs the others nothing, and the machine's is raised.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DatabaseError

from bnlab.kit.course import units

from ..core.solutions import ROOT
from ..core.submission import printable

MACHINE_ERRORS = (
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM,
)  # fmt: skip
"""Errors of the machine: with these, another submission would fare no better."""


class _OneByOne:
    """For a converter: goes on after a submission that it cannot convert.

    Attributes:
        faults: the learners with whom it failed, and why.
    """

    assignments: dict[str, list[str]]
    log: logging.Logger

    def start(self) -> None:
        """As nbgrader's, but quiet.

        Raises:
            OSError, DatabaseError: where the machine fails.
        """
        self.faults: dict[str, str] = {}
        self._watch = _Watch(logging.ERROR)
        self.log.handlers[:] = [self._watch]
        with _quiet():
            super().start()  # type: ignore[misc]

    def convert_notebooks(self) -> None:
        """As nbgrader's, for each submission by itself."""
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
                why = printable(f"{type(fault).__name__}: {fault}")
                self.faults[Path(folder).parent.name] = why


class _Watch(logging.Handler):
    """Keeps the error that nbgrader writes to its log and does not pass on."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """nbgrader logs an error while it handles it."""
        self.error = sys.exc_info()[1] or self.error


class _Recording(_OneByOne, Autograde):
    """Of all submissions, those of the learners named, with or without a notebook."""

    def init_notebooks(self) -> None:
        """nbgrader passes over a folder without a notebook; our exporter has the pristine one."""
        unit = self.coursedir.assignment_id
        folders = [self._format_source(unit, learner) for learner in self.learners]
        slug = units()[unit].slug
        self.assignments = {folder: [os.path.join(folder, f"{slug}.ipynb")] for folder in folders}


class _Feedback(_OneByOne, GenerateFeedback):
    """Feedback on whatever is autograded."""


def assignment(unit: str) -> None:
    """`nbgrader generate_assignment`.

    Raises:
        ValueError: where it fails.
    """
    with _quiet():
        try:
            _converter(GenerateAssignment, unit).start()
        except NbGraderException as error:
            raise ValueError(f"nbgrader: {unit} failed ({error}).") from None


def autograde(unit: str, learners: list[str], database: Path, folder: str) -> dict[str, str]:
    """`nbgrader autograde`, with another gradebook, and a folder of the course for notebooks.

    Gives the learners with whom it failed, and why.

    Raises:
        OSError, DatabaseError: where the machine fails.
    """
    converter = _converter(_Recording, unit)
    converter.learners, converter.create_student = learners, True
    converter.coursedir.db_url = f"sqlite:///{database}"
    converter.coursedir.autograded_directory = folder
    converter.start()
    return dict(converter.faults)


def feedback(unit: str, folder: str) -> dict[str, str]:
    """`nbgrader generate_feedback`, with a folder of the course for pages.

    Gives the learners with whom it failed, and why.

    Raises:
        OSError, DatabaseError: where the machine fails.
    """
    converter = _converter(_Feedback, unit)
    converter.coursedir.feedback_directory = folder
    converter.start()
    return dict(converter.faults)


def _converter(kind: Any, unit: str) -> Any:
    """A converter of nbgrader's for one unit and all learners."""
    app = load_nbgrader()
    directory = CourseDirectory(parent=app)
    directory.assignment_id, directory.student_id = unit, "*"
    converter = kind(coursedir=directory, parent=app)
    converter.force = True
    return converter


def load_nbgrader() -> Any:
    """nbgrader with the configuration file of this course, as its own command would read it.

    It puts this environment's programs on the path, where nbgrader looks for alembic.
    """
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
