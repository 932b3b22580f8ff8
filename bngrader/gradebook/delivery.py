"""The feedback pages as the files that a learning platform takes back, and as a mail merge."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import GraderError
from ..core.files import write_atomically
from ..core.text import printable
from ..course.collecting.store import Store
from ..course.course import Course
from ..course.roster import EMAIL, people_of
from ..course.submissions import Submission
from ..course.tables import write_table
from . import database, platform_names
from .cell_points import points_of_cells
from .changes import graded_files
from .copying import parsed_time
from .database import Book, Rows
from .pages import page_path
from .settings import settings, shown_address, sqlite_path
from .state import content

PLATFORMS = ("moodle", "canvas", "blackboard", "brightspace", "ilias", "plain")
MAIL_COLUMNS = ("address", "name", "learner", "unit", "file", "points", "of", "unmarked")
_TIME = (1980, 1, 1, 0, 0, 0)  # equal pages are equal zips


@dataclass
class Returned:
    """What became of the pages of a unit.

    Attributes:
        files: the pages by their path in the zip.
        mail: the rows of the mail merge.
        faults: a line for each page that cannot be returned.
        nothing: the learners who handed in nothing.
        unmarked: how many pages have an answer that a person must still mark.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    mail: list[dict[str, object]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)
    unmarked: int = 0


class Delivery:
    """Puts the pages of a course together.

    Args:
        course: the course.
        platform: one of `PLATFORMS`.
        units: the names of the units.

    Raises:
        GraderError: there is no gradebook.
    """

    def __init__(self, course: Course, platform: str, units: Sequence[str]):
        self._course, self._platform = course, platform
        self._zone = course.settings().zone
        url = settings(course).CourseDirectory.db_url
        file = sqlite_path(url)
        if file is not None and not file.is_file():
            raise GraderError(
                f"feedback: {shown_address(url)} not found; run `bngrader grade --gradebook` first."
            )
        with database.reader(url) as execute:
            self._book: Book = database.read(execute, units)
        roster = course.roster()
        people = roster.people if roster else ()
        self._names = {each.learner: each.names[0] for each in people if each.names}
        self._rostered = {each.learner for each in people}
        self._cells = _roster_cells(course)

    def unit(self, unit: str, mail: bool = False) -> Returned:
        """Return the pages of a unit under the names of the platform.

        Args:
            mail: whether a page needs an address.
        """
        result = Returned()
        graded = {learner for learner, name in self._book.submissions if name == unit}
        handed = {path.parent.name for path in self._course.submitted.glob(f"*/{unit}")}
        result.nothing = sorted(self._rostered - graded - handed)
        names = {learner: self._name(learner, unit) for learner in sorted(graded | handed)}
        paths = {who: self._path(name, unit) for who, (name, why) in names.items() if not why}
        taken = Counter(path.casefold() for path in paths.values())
        for learner, (_, why) in names.items():
            path = paths.get(learner, "")
            if path and taken[path.casefold()] > 1:
                why = (
                    f"{printable(path)} would be the page of several learners; for group work, put "
                    "the grading worksheet beside the roster, or return pages by mail."
                )
            fault = self._without_page(learner, unit) or why
            if not fault:
                fault = self._add(result, learner, unit, path, mail)
            if fault:
                result.faults.append(f"{printable(learner)}/{unit}: not returned, {fault}")
        return result

    def _without_page(self, learner: str, unit: str) -> str:
        """Return why there is no page to return, "" if there is one."""
        rows = self._book.submissions.get((learner, unit))
        if rows is None or not page_path(self._course, (learner, unit)).is_file():
            return "it has no page; run `bngrader grade --gradebook` first."
        if self._is_older(learner, unit, rows):
            return "its page is of an earlier attempt; run `bngrader grade --gradebook` first."
        return ""

    def _add(self, result: Returned, learner: str, unit: str, path: str, mail: bool) -> str:
        """Add one page; return what is missing for the mail merge, "" if nothing is."""
        page = page_path(self._course, (learner, unit)).read_bytes()
        result.files[path] = page if self._platform != "canvas" else _zipped({f"{unit}.html": page})
        row = self._mail_row(learner, unit, self._book.submissions[learner, unit])
        result.unmarked += row["unmarked"] == "yes"
        if row["address"]:
            result.mail.append(row)
        return "" if row["address"] or not mail else "by mail: the roster has no e-mail address."

    def _is_older(self, learner: str, unit: str, rows: Rows) -> bool:
        """Return whether the learner has handed in something else since it was graded."""
        submission = Submission(learner, unit, self._course.submitted / learner / unit)
        source, _ = submission.source()
        if not submission.folder.is_dir():
            return False
        (module,) = content([graded_files(self._course, (learner, unit))[1]])
        if source is not None and module is not None and source.encode() != module:
            return True
        with suppress(GraderError):
            stamp = parsed_time(submission.timestamp()[0])
            return stamp is not None and rows.timestamp is not None and stamp > rows.timestamp
        return False

    def _name(self, learner: str, unit: str) -> platform_names.Named:
        shown = self._names.get(learner, "")
        if self._platform == "plain":
            return platform_names.plain(learner, shown)
        store = Store(self._course.submitted / learner, zone=self._zone)
        attempts = store.attempts(unit)
        if self._platform == "moodle":
            worksheet = self._cells.get(f"roster-{unit}.csv", {}).get(learner, {})
            numbers = [worksheet["identifier"]] if worksheet.get("identifier") else []
            return platform_names.moodle(attempts, numbers, shown)
        if self._platform == "canvas":
            return platform_names.canvas(attempts, store.ids().get("canvas", []))
        if self._platform == "brightspace":
            return platform_names.brightspace(attempts)
        if self._platform == "ilias":
            return platform_names.ilias(attempts)
        return platform_names.blackboard(store.ids().get("blackboard", []), learner)

    def _path(self, name: str, unit: str) -> str:
        if self._platform == "canvas":
            return name
        if self._platform == "ilias":
            return f"multi_feedback_{unit}/{name}/{unit}.html"
        return f"{name}_{unit}.html" if self._platform == "blackboard" else f"{name}/{unit}.html"

    def _mail_row(self, learner: str, unit: str, rows: Rows) -> dict[str, Any]:
        waits = any(each.pending and each.auto is None for each in rows.grades.values())
        cells = [each.get(learner, {}) for each in self._cells.values()]
        addresses = [row[key] for row in cells for key in sorted(EMAIL) if "@" in row.get(key, "")]
        points = max(0.0, rows.score - (rows.penalty or 0.0))
        return {
            "address": addresses[0] if addresses else "",
            "name": self._names.get(learner, learner),
            "learner": learner,
            "unit": unit,
            "file": str(page_path(self._course, (learner, unit))),
            "points": "not marked yet" if waits else f"{points:g}",
            "of": sum(points_of_cells(self._course.unit(unit)).values()),
            "unmarked": "yes" if waits else "no",
        }


def _roster_cells(course: Course) -> dict[str, dict[str, dict[str, str]]]:
    """Return the cells of each roster file by learner and by the folded name of the column."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path, header, people in people_of(course.roster_files(), course.settings().columns):
        keys = [" ".join(name.casefold().split()) for name in header]
        rows = {learner: dict(zip(keys, cells, strict=True)) for learner, cells in people}
        found[path.name] = rows
    return found


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip as a whole, and remove what a run that was killed has left.

    Raises:
        GraderError: it cannot be written; a previous file is unchanged.
    """
    for left in path.parent.glob(f".{path.name}.*.partial"):
        left.unlink(missing_ok=True)
    write_atomically(path, _zipped(files))


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, data)
    return packed.getvalue()


def write_mail(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """Write the table of a mail merge.

    Raises:
        GraderError: it cannot be written.
    """
    write_table(path, MAIL_COLUMNS, rows)


def summary(results: Sequence[Returned]) -> str:
    """Return the numbers of pages in one line."""
    counted = Counter(
        returned=sum(len(each.files) for each in results),
        faults=sum(len(each.faults) for each in results),
        nothing=sum(len(each.nothing) for each in results),
    )
    return (
        f"{counted['returned']} pages to return, {counted['faults']} not returned, "
        f"{counted['nothing']} of learners without a submission"
    )
