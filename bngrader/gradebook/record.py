"""Recording: the rows of nbgrader's database and the graded notebooks.

Only what has changed is recorded. The rows of some submissions are written in one transaction, so
that the gradebook is locked for a fraction of a second and holds each submission as it was or as it
is now; their graded notebooks follow. A run that is killed between the two records them again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from traitlets.config import Config

from bnlab.kit.course import unit as find_unit

from ..core.errors import GraderError
from ..core.solutions import ROOT, SOLUTIONS
from ..core.text import printable
from ..course.course import Course
from ..course.grade import Graded
from ..course.notebooks import Notebook, read_notebook
from . import database
from .database import Book, Name
from .settings import digest_text, settings
from .state import State, content, digest

VERSIONS = ("nbgrader", "nbconvert", "nbformat")


@dataclass
class Todo:
    """A submission that is to be recorded.

    Attributes:
        inputs: digest of all that its rows and its graded notebook depend on.
        source: text of its module, None if it cannot be read.
        stamp: text of its time of handing in.
    """

    graded: Graded
    notebook: Notebook
    source: str | None
    stamp: str
    inputs: str

    @property
    def name(self) -> Name:
        """Learner and unit."""
        return self.graded.submission.learner, self.graded.submission.unit


def record(
    course: Course,
    graded: list[Graded],
    progress: Callable[[str], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Record what has changed in a class since it was recorded last.

    Args:
        course: the course.
        graded: the submissions with their reports.
        progress: called with each unit that is done.
        note: called with a line for each answer whose mark became that of an earlier answer.

    Returns:
        A line for each submission that is not recorded.

    Raises:
        GraderError: no more submissions can be recorded; each is as it was or as it is now.
    """
    config = settings(course)
    units = list(dict.fromkeys(each.submission.unit for each in graded))
    with database.reader(config.CourseDirectory.db_url) as execute:
        book = database.read(execute, units)
    refused: dict[Name, str] = {}
    common = common_digest(config)
    with State(course) as state:
        writer = None
        for unit in units:
            own = [each for each in graded if each.submission.unit == unit]
            todo = _todo(course, common, book, state, own, refused)
            if todo:
                from .writer import Writer  # imports nbgrader, which takes seconds

                writer = writer or Writer(course, config, state)
                refused |= writer.write(find_unit(unit), todo, note)
            progress(unit)
    return [f"{printable('/'.join(name))}: not recorded, {why}." for name, why in refused.items()]


def _todo(
    course: Course,
    common: str,
    book: Book,
    state: State,
    graded: list[Graded],
    refused: dict[Name, str],
) -> list[Todo]:
    """Return the submissions of a unit that have changed, and add the others' faults."""
    todo = []
    for each in graded:
        name = each.submission.learner, each.submission.unit
        if not each.report.judged:
            refused[name] = "it was not judged"
        elif printable(name[0]) != name[0]:
            # Also nbgrader matches paths with a regular expression that stops at a line break.
            refused[name] = "the name contains characters that nbgrader does not support"
        else:
            stamp, problem = each.submission.timestamp()
            if problem:
                refused[name] = problem.rstrip(".")
                continue
            new = _with_inputs(each, stamp, common)
            if state.marks.get(name) != recorded_digest(course, new.inputs, book, name):
                todo.append(new)
    return todo


def _with_inputs(graded: Graded, stamp: str, common: str) -> Todo:
    submission, report = graded.submission, graded.report
    source, _ = submission.source()
    notebook = graded.notebook or read_notebook(find_unit(submission.unit), submission)
    inputs = digest(
        common, repr(report.tasks), repr(report.quiz), notebook.written, *notebook.others, "",
        source, stamp,
    )  # fmt: skip
    return Todo(graded, notebook, source, stamp, inputs)


def common_digest(config: Config) -> str:
    """Return a digest of all that rows, notebooks and pages of every submission depend on."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), ROOT / "bnlab" / "kit" / "course.toml"]
    files += sorted((SOLUTIONS / "notebooks").glob("*.md"))
    versions = (f"{name} {version(name)}" for name in VERSIONS)
    return digest(digest_text(config), *versions, *content(files))


def recorded_digest(course: Course, inputs: str, book: Book, name: Name) -> str:
    """Return a digest of what a submission depends on and of all that is recorded of it."""
    return digest(inputs, book.text(name), *content(graded_files(course, name)))


def graded_files(course: Course, name: Name) -> tuple[Path, Path]:
    """Return the paths of the graded notebook and of the module beside it."""
    learner, unit = name
    folder = course.autograded / learner / unit
    return folder / f"{find_unit(unit).slug}.ipynb", folder / "bnlab" / f"{unit}.py"


def cannot_go_on(course: Course, error: Exception, what: str) -> GraderError:
    """Return the error of a run that cannot record or write more.

    Args:
        what: what is as it was or as it is now.
    """
    reason = getattr(error, "strerror", None) or getattr(error, "orig", None) or error
    return GraderError(
        f"gradebook: the class cannot be recorded further ({reason}); each submission has {what}. "
        f"Make sure that {course.root} is writable, the disk has space, and no other program holds "
        "the gradebook. Then run again: nothing is judged twice."
    )
