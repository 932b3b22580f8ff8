"""`bngrader export`: write the marks as files that learning platforms import."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import console, print_lines, shown
from .options import add_command, add_units, check_writable, course_of

if TYPE_CHECKING:
    from ..course.course import Course

DESCRIPTION = """\
Write the marks as a file that a learning platform imports.

reads:   course/gradebook.db, course/roster.csv
writes:  course/marks-canvas.csv, or the file of --out

The points are those of the gradebook after late penalties. A submission that a person must still
mark has an empty cell, unless --unmarked is given; who handed in nothing has an empty cell too.

canvas: the roster must be the gradebook that Canvas exports. The columns of its assignments are
        found by name, such as "moments (4711)"; all other columns stay as they are in Canvas.
moodle: the columns of the roster and one for each unit, for "Grades > Import > CSV file". Moodle
        takes the points as they are, so the maximum grade of the assignment must be that of the
        unit; a line says so where that of the grading worksheet differs.
ilias:  status.csv for each unit, in course/ilias/<unit>/, for the multi-feedback of the plugin
        ExerciseStatusFile, whose status.csv must be the roster or roster-<unit>.csv. ILIAS without
        the plugin takes no marks of a class. Put the file in place of status.csv into the zip that
        you downloaded, or into the zip of `bngrader feedback --for ilias`, and upload the zip.
        Only rows with a mark have 1 in `update`; status, notice and comment stay.
table:  the columns of the roster and one for each unit, without a platform in mind.
gradescope: a results.json of each graded submission, as an autograder of Gradescope writes it, in
        course/gradescope-results/<learner>/<unit>/; without the points that a person gives.

examples:
  bngrader export --for canvas
  bngrader export --for moodle --unit moments --out moments.csv

exit codes: 0 done, 1 some learners are not in the roster, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader export`."""
    summary = "write the marks as files that learning platforms import"
    parser = add_command(commands, "export", run, summary, DESCRIPTION, course=True)
    forms = ("canvas", "moodle", "ilias", "gradescope", "table")
    parser.add_argument(
        "--for", dest="form", choices=forms, default="table",
        help="who reads the file (default: table)",
    )  # fmt: skip
    add_units(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the file; a folder for ilias and gradescope"
    )
    parser.add_argument(
        "--unmarked", action="store_true", help="also write points that a person has not marked yet"
    )


def run(options: argparse.Namespace) -> int:
    """Write the marks."""
    from bnlab.kit.course import unit

    from ..core.text import count
    from ..gradebook import export

    course = course_of(options)
    known = course.units()
    names = [unit(name).name for name in options.unit or known if name in known]
    if options.form == "gradescope":
        return _results(course, names, options.out)
    if options.form == "ilias":
        return _status(course, names, options)
    path = options.out or course.root / f"marks-{options.form}.csv"
    check_writable(path)
    found = export.marks(course, names)
    with_marks = [name for name in names if any(name in each for each in found.values())]
    left = export.write(
        course, path, options.form, with_marks if not options.unit else names, found,
        options.unmarked,
    )  # fmt: skip
    console.print(f"written: {shown(path)}", soft_wrap=True, markup=False)
    if left:
        console.print(
            f"{count(left, 'cell')} left empty, because a person must still mark the written "
            "answer.",
            soft_wrap=True,
        )
    unread = sum(mark.unmarked for each in found.values() for mark in each.values())
    if options.unmarked and unread:
        console.print(
            f"{count(unread, 'cell')} hold points without the written answer, which a person "
            "must still mark; export again after marking.",
            soft_wrap=True,
        )
    if options.form == "moodle":
        print_lines(export.other_maxima(course, with_marks))
    return _tell_lost(course, found)


def _tell_lost(course: Course, found: Mapping[str, object]) -> int:
    """Say who has a mark and is not in the roster; return the exit code."""
    from ..gradebook import export

    people = {learner for learner, _ in export.roster_rows(course)}
    lost = sorted(set(found) - people) if people else []
    if lost:
        console.print(
            f"not in the roster, and so not in the file: {', '.join(lost[:5])}"
            + (f" and {len(lost) - 5} more" if len(lost) > 5 else ""),
            soft_wrap=True, markup=False,
        )  # fmt: skip
    return 1 if lost else 0


def _status(course: Course, names: list[str], options: argparse.Namespace) -> int:
    """Write the `status.csv` of each unit that has marks, or of the units that were named."""
    from ..core.text import count
    from ..gradebook import export, status_table

    found = export.marks(course, names)
    for name in names:
        if not options.unit and not any(name in each for each in found.values()):
            continue
        path = (options.out or course.root / "ilias") / name / "status.csv"
        check_writable(path)
        written, left = status_table.write_status(course, path, name, found, options.unmarked)
        waiting = f"; {left} left as they are, because a person must still mark them" * bool(left)
        print_lines([f"written: {shown(path)}, {count(written, 'mark')}{waiting}"])
    return _tell_lost(course, found)


def _results(course: Course, names: list[str], out: Path | None) -> int:
    """Write a `results.json` for each submission."""
    from ..core.text import count
    from ..platforms.exported import write_results

    folder = out or course.root / "gradescope-results"
    written, lines = write_results(course, names, folder)
    print_lines([*lines, f"written: {count(written, 'file')} in {shown(folder)}"])
    return 1 if lines else 0
