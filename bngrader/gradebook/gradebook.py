"""The gradebook: assignments, marks and feedback in a database of nbgrader.

`record` and `write_feedback` do what `nbgrader autograde` and `nbgrader generate_feedback` do, for
what has changed, with known reports. All other commands of nbgrader and its formgrader work on the
same database and folders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..core.errors import GraderError
from ..core.text import count
from ..course.course import Course
from ..course.submissions import Submission
from . import database
from .cell_points import cell_changes
from .pages import write_feedback
from .record import record
from .settings import settings, shown_address, sqlite_path

__all__ = ["check_cells", "check_ready", "make_assignments", "record", "write_feedback"]

EXPLAIN = (
    "`bngrader regrade --explain` lists whose mark would change; run `bngrader regrade --reason "
    "TEXT` to change them"
)


def make_assignments(
    course: Course,
    progress: Callable[[str], None] = lambda _: None,
    package: Mapping[str, bytes] | None = None,
) -> None:
    """Do what `nbgrader generate_assignment` does, for every unit.

    Args:
        course: the course.
        progress: called with the name of each unit.
        package: what goes beside each released notebook, so that learners can work in the folder
            that `nbgrader fetch_assignment` gives them. It is not in `source`: nbgrader would put
            it in the place of the learner's module when it grades.

    Raises:
        GraderError: it fails for some units; the others are made.
    """
    from . import converters  # imports nbgrader, which takes seconds

    changes = _changes_under_submissions(course)
    faults = []
    for name in course.units():
        try:
            if name in changes:
                raise GraderError(changes[name])
            converters.assignment(course, name)
            for path, content in (package or {}).items():
                place = course.root / "release" / name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        except GraderError as error:
            faults.append(str(error))
        progress(name)
    if faults:
        raise GraderError(" ".join(faults))


def check_recorded(course: Course) -> None:
    """Raise an error if there is no gradebook.

    Raises:
        GraderError: naming the command that makes one.
    """
    path = sqlite_path(settings(course).CourseDirectory.db_url)
    if path is not None and not path.is_file():
        raise GraderError(
            f"gradebook: {path} not found; run `bngrader grade --gradebook` first, which records "
            "marks."
        )


def check_cells(course: Course) -> None:
    """Raise an error if a release would change points under marks that are recorded.

    Raises:
        GraderError: naming the changes, and the command that explains and makes them.
    """
    if changes := _changes_under_submissions(course):
        raise GraderError(" ".join(changes.values()))


def _changes_under_submissions(course: Course) -> dict[str, str]:
    """Return a sentence for each unit with submissions whose cells or points have changed."""
    url = settings(course).CourseDirectory.db_url
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        return {}
    units = course.units()
    try:
        with database.reader(url) as execute:
            book = database.read(execute, units)
    except GraderError:  # nbgrader makes the tables, or says what is wrong
        return {}
    found = {}
    for name, assignment in book.assignments.items():
        handed_in = sum(unit == name for _, unit in book.submissions)
        changes = cell_changes(assignment, units[name])
        if handed_in and changes:
            found[name] = (
                f"release: {name} has {count(handed_in, 'submission')} in the gradebook, and its "
                f"points change ({changes}). {EXPLAIN}, then release again."
            )
    return found


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
    url = settings(course).CourseDirectory.db_url
    where, path = shown_address(url), sqlite_path(url)
    missing = "run `bngrader release` first, which makes the assignments."
    if path is not None and not path.is_file():
        raise GraderError(f"gradebook: {where} not found; {missing}")
    names, units = dict.fromkeys(each.unit for each in submissions), course.settings()
    with database.reader(url, lock=True) as execute:
        book = database.read(execute, names)
    for name in names:
        if name not in book.assignments:
            raise GraderError(f"gradebook: assignment {name} is not in {where}; {missing}")
        if changes := cell_changes(book.assignments[name], units.unit(name)):
            handed_in = any(unit == name for _, unit in book.submissions)
            todo = EXPLAIN if handed_in else "Run `bngrader release`"
            raise GraderError(
                f"gradebook: the points of {name} in {where} are not those of the course "
                f"({changes}). {todo}, then grade again."
            )
