"""What a submission in the gradebook depends on, and which submissions have changed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from traitlets.config import Config

from bnlab.kit.course import unit as find_unit

from ..core.errors import GraderError
from ..core.solutions import ROOT, SOLUTIONS
from ..course.course import Course
from ..course.grade import Graded
from ..course.notebooks import Notebook
from ..course.settings import FILE as COURSE_FILE
from .database import Book, Name
from .settings import digest_text
from .state import content, digest

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


def common_digest(config: Config) -> str:
    """Return a digest of all that rows, notebooks and pages of every submission depend on."""
    own = Path(__file__).parent
    files = [*sorted([*own.glob("*.py"), *own.glob("*.j2")]), ROOT / "bnlab/kit/course.toml"]
    files += [own.parent / "course" / name for name in ("module_parts.py", "page.css.j2")]
    files += sorted((SOLUTIONS / "notebooks").glob("*.md"))
    files += sorted((SOLUTIONS / "quiz_keys").glob("*.toml"))
    files.append(Path(config.CourseDirectory.root) / COURSE_FILE)  # the late policy
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
