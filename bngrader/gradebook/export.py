"""Marks as files that Canvas and Moodle import, and as a plain table.

Canvas finds people by the columns `Student`, `ID`, `SIS User ID`, `SIS Login ID` and `Section` of
its own export, and an assignment by the title of its column with the id in brackets; a second row
holds the points possible. Columns that are not in the file stay as they are, overrides among them.
Moodle's import maps columns to people and grade items; the file has the identity columns of the
roster and one column for each unit.

Source: "How do I import grades in the Gradebook?" of the Canvas instructor guide, and "Grade
import" of the Moodle documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from bnlab.kit.course import Unit

from ..core.errors import GraderError
from ..course.course import Course
from ..course.roster import numbers_participants, people_of
from ..course.tables import write_table
from .settings import settings, sqlite_path

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
FORMS = ("canvas", "moodle", "table")


@dataclass(frozen=True)
class Mark:
    """The points for one unit after the late penalty, and whether a person must still mark it."""

    points: float
    unmarked: bool


def marks(course: Course, units: Iterable[str]) -> dict[str, dict[str, Mark]]:
    """Return the marks in the gradebook, by learner and unit.

    Raises:
        GraderError: there is no gradebook.
    """
    url = settings(course).CourseDirectory.db_url
    file = sqlite_path(url)
    if file is not None and not file.is_file():
        raise GraderError(f"export: {file} not found; run `bngrader grade --gradebook` first.")
    wanted = set(units)
    found: dict[str, dict[str, Mark]] = {}
    with Gradebook(url) as book:
        for assignment in book.assignments:
            for each in assignment.submissions if assignment.name in wanted else ():
                points = max(0.0, (each.score or 0.0) - (each.late_submission_penalty or 0.0))
                mark = Mark(round(points, 2), bool(each.needs_manual_grade))
                found.setdefault(each.student.id, {})[assignment.name] = mark
    return found


def write(
    course: Course,
    path: Path,
    form: str,
    units: Sequence[str],
    found: Mapping[str, Mapping[str, Mark]],
    unmarked: bool = False,
) -> int:
    """Write the marks of everybody in the roster; return how many are left empty as unmarked.

    Args:
        form: one of `FORMS`.
        unmarked: also write points of submissions that a person has not marked yet.

    Raises:
        GraderError: the roster lacks what the form needs.
    """
    header, people = _people(course, form, found)
    all_units = course.units()
    titles = {name: _title(all_units, name, header) for name in units}
    identity = _identity(all_units, header, form)
    rows: list[dict[str, object]] = []
    if form == "canvas":
        most = {titles[name]: _most(all_units[name]) for name in units}
        rows.append({"Student": "    Points Possible", **most})
    left = 0
    for learner, cells in people:
        row: dict[str, object] = {
            name: cell for name, cell in zip(header, cells, strict=True) if name in identity
        }
        for name in units:
            mark = found.get(learner, {}).get(name)
            hidden = mark is not None and mark.unmarked and not unmarked
            left += hidden
            row[titles[name]] = "" if mark is None or hidden else f"{mark.points:g}"
        rows.append(row)
    write_table(path, [*identity, *titles.values()], rows)
    return left


def other_maxima(course: Course, units: Sequence[str]) -> list[str]:
    """Return a line for each unit whose maximum in Moodle's worksheet is not that of the unit.

    Moodle's import takes points as they are: 9 of 11 points are 9 of 100 in such an assignment.
    The worksheet is `roster-<unit>.csv`, or the roster itself if there are marks of one unit only.
    """
    lines = []
    all_units = course.units()
    for path, _, people in people_of(course.roster_files(), course.settings().columns):
        named = [name for name in units if path.name == f"roster-{name}.csv"]
        meant = named or (units if path.name == "roster.csv" else [])
        maximum = _maximum([cells for _, cells in people])
        if maximum is None or len(meant) != 1:
            continue
        most = _most(all_units[meant[0]])
        if maximum != most:
            lines.append(
                f"! {path.name} has a maximum grade of {maximum:g}, and {meant[0]} has {most} "
                f"points. Set the maximum grade to {most} in the settings of the assignment in "
                "Moodle before you import the marks."
            )
    return lines


def _maximum(rows: Sequence[Sequence[str]]) -> float | None:
    """Return the maximum grade in a grading worksheet of Moodle; None for other tables.

    The titles are in the language of the site: the maximum is the last column in which everybody
    has the same number.
    """
    columns = list(zip(*rows, strict=True))
    if not any(map(numbers_participants, columns)):
        return None
    same = [found for column in columns if len(found := set(map(_number, column))) == 1]
    return next((number for (number,) in reversed(same) if number is not None), None)


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def roster_rows(course: Course) -> list[tuple[str, list[str]]]:
    """Return learner and cells of each row of the roster; [] without one."""
    files = course.roster_files()
    return people_of(files[:1], course.settings().columns)[0][2] if files else []


def _people(
    course: Course, form: str, found: Mapping[str, object]
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the columns and the rows of the roster, or of the gradebook if there is no roster."""
    files = course.roster_files()
    if files:
        ((_, header, people),) = people_of(files[:1], course.settings().columns)
        missing = [name for name in CANVAS_COLUMNS[:2] if name not in header]
        if form == "canvas" and missing:
            raise GraderError(
                f"export: {files[0]} has no column {missing[0]!r}, which Canvas needs; use the "
                "gradebook that Canvas exports as the roster."
            )
        return header, people
    if form != "table":
        raise GraderError(
            f"export: there is no roster in {course.root}, expected the list that {form} exports "
            "as roster.csv."
        )
    return ["learner"], [(learner, [learner]) for learner in sorted(found)]


def _identity(units: Mapping[str, Unit], header: list[str], form: str) -> list[str]:
    """Return the columns that say who somebody is."""
    if form == "canvas":
        return [name for name in CANVAS_COLUMNS if name in header]
    return [name for name in header if name and not _unit_of(units, name)]


def _title(units: Mapping[str, Unit], unit: str, header: list[str]) -> str:
    """Return the title of the column of a unit: that of the roster's file, if it has one."""
    return next((name for name in header if _unit_of(units, name) == unit), units[unit].title)


def _unit_of(units: Mapping[str, Unit], title: str) -> str:
    """Return the unit that a column such as `Moments (4711)` is about, "" for others."""
    bare = re.sub(r"\s*\(\d+\)$", "", title).casefold()
    names = {key: name for name, each in units.items() for key in (name, each.slug, each.title)}
    return next((name for key, name in names.items() if key.casefold() == bare), "")


def _most(unit: Unit) -> int:
    return unit.machine_points + unit.written
