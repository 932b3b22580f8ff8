"""The marks as `status.csv`, which the multi-feedback of an ILIAS plugin takes back.

ILIAS itself takes files, and no marks, for a whole class. The plugin ExerciseStatusFile puts a
table into its zip and reads it in the zip that comes back: rows with 1 in `update` replace status,
mark, notice and comment of an account. The columns must stand in the plugin's order. All other
cells are written as they came, so nothing that a tutor wrote is lost.

Source: `ilPluginExAssignmentStatusFile` of github.com/ilifau/ExerciseStatusFile, version 1.3.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from ..core.errors import GraderError
from ..core.files import write_atomically
from ..course.course import Course
from ..course.roster import people_of
from ..course.tables import safe
from .export import Mark

TITLES = (
    "update", "usr_id", "login", "lastname", "firstname", "status", "mark", "notice", "comment",
    "plagiarism", "plag_comment",
)  # fmt: skip
NOT_GRADED = "notgraded"


def write_status(
    course: Course,
    path: Path,
    unit: str,
    found: Mapping[str, Mapping[str, Mark]],
    unmarked: bool = False,
) -> tuple[int, int]:
    """Write the marks of a unit into the table that ILIAS gave for it.

    Args:
        unmarked: also write points of submissions that a person has not marked yet.

    Returns:
        How many marks are written, and how many are left out as unmarked.

    Raises:
        GraderError: there is no such table, or the file cannot be written.
    """
    header, people = _table(course, unit)
    written = left = 0
    rows = []
    for learner, cells in people:
        row = dict(zip(header, cells, strict=True))
        mark = found.get(learner, {}).get(unit)
        hidden = mark is not None and mark.unmarked and not unmarked
        if mark and not hidden:
            row |= {"update": "1", "mark": f"{mark.points:g}"}
            row["status"] = row["status"] or NOT_GRADED
            written += 1
        else:
            row["update"] = "0"
        left += hidden
        rows.append([safe(row[title]) for title in TITLES])
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([TITLES, *rows])
    write_atomically(path, text.getvalue().encode())
    return written, left


def _table(course: Course, unit: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the columns of `status.csv`, and for each row the learner and the cells."""
    own = f"roster-{unit}.csv"
    tables = [
        (path.name != own, header, people)
        for path, header, people in people_of(course.roster_files(), course.settings().columns)
        if path.name in (own, "roster.csv") and set(TITLES) <= set(header)
    ]
    if not tables:
        raise GraderError(
            f"export: no status.csv of ILIAS for {unit}, expected the file of that name from the "
            f"zip of the plugin's multi-feedback as {course.root / own}, or as roster.csv."
        )
    _, header, people = min(tables, key=lambda each: each[0])
    return header, people
