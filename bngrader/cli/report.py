"""`bngrader report`: write the class report from what is graded."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import console, print_lines, shown
from .grade import write_page
from .options import add_command, add_units, check_writable, course_of

if TYPE_CHECKING:
    from ..grading.jobs import Job, Result

NOT_GRADED = "it is not graded in its present form; run `bngrader grade`."

DESCRIPTION = """\
Write the class report: one page that says what to explain in the next lecture.

reads:   course/submitted/, course/journal.jsonl, course/gradebook.db, course/roster.csv and
         course/course.toml; nothing is graded
writes:  course/report.html, and beside it report-points.csv, report-tasks.csv and
         report-mistakes.csv

The page has a summary in sentences; the mistakes of the class with who made them and where the
book explains them; the distribution of points, attempts and late submissions of each unit; the
difficulty and discrimination of each task; attempts over time; who has fallen behind; and what
needs a person: code that cannot be imported, time limits, unread notebooks, remarks, answers to
mark. A click on a heading sorts a table. The page is one file, loads nothing, and can be printed.

It names learners: keep it where only teachers can read it.

examples:
  bngrader report
  bngrader report --html ~/lecture/report.html --unit moments

exit codes: 0 done, 1 some submissions are not graded, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader report`."""
    summary = "write a page on what the class understood, with tables"
    parser = add_command(commands, "report", run, summary, DESCRIPTION, course=True)
    add_units(parser)
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="the page (default: course/report.html)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the report."""
    from bnlab.kit.course import unit, units

    from ..core.errors import GraderError
    from ..core.text import count
    from ..course import submissions
    from ..course.grade import grade
    from ..course.journal import Journal
    from ..course.report.sentences import summary
    from ..course.report.statistics import class_statistics
    from ..course.report.tables import write_tables

    course = course_of(options)
    path = options.html or course.root / "report.html"
    check_writable(path)
    left_out = course.settings().left_out
    wanted = [unit(name).name for name in options.unit or units() if name not in left_out]
    try:
        found, notes = submissions.find(course.submitted)
    except GraderError:
        if not course.roster():
            raise
        found, notes = [], []  # a class that has handed in nothing yet
    with Journal(course.journal()) as journal:
        chosen = [each for each in found if each.unit in wanted]
        graded = grade(chosen, course.secret() if chosen else b"", _not_graded, journal)
    around = write_page(path, course, graded, notes)
    print_lines(summary(class_statistics(graded, around), around, 0))
    tables = write_tables(path, graded, around)
    print_lines(f"written: {shown(each)}" for each in (path, *tables))
    missing = sum(not each.report.judged for each in graded)
    if missing:
        console.print(f"{count(missing, 'submission')} not graded; run `bngrader grade`.")
    return 1 if missing else 0


def _not_graded(jobs: Sequence[Job]) -> Iterator[Result]:
    """Take the place of a judge: yield that nothing is graded."""
    from ..core.report import Report

    for job in jobs:
        yield job, Report.not_judged(job.unit, NOT_GRADED)
