"""`bngrader merge`: put the shards of a class together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .console import console
from .grade import record
from .options import add_command, check_writable, course_of, json_text

DESCRIPTION = """\
Put the shards of a class together that `bngrader grade --shard` wrote.

reads:   the JSON files of all shards
writes:  with --json the result of the whole class, equal to that of a single run,
         with --gradebook course/gradebook.db, course/autograded, course/feedback

Give all shards of one run. The command refuses an incomplete set, and shards of different classes,
graders or secrets.

example:
  bngrader merge shard-*.json --json course/grades.json --gradebook

exit codes: 0 done, 1 some submissions not judged or not recorded, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader merge`."""
    summary = "put the shards of a class together"
    parser = add_command(commands, "merge", run, summary, DESCRIPTION, course=True)
    parser.add_argument("shards", nargs="+", type=Path, metavar="SHARD.json")
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="write points and verdicts of the whole class to FILE",
    )
    parser.add_argument(
        "--gradebook", action="store_true", help="record the marks in nbgrader, write feedback"
    )


def run(options: argparse.Namespace) -> int:
    """Merge the shards."""
    from ..core.files import write_atomically
    from ..course.class_report import class_report, print_class
    from ..course.grade import from_class_data
    from ..grading import shards

    course = course_of(options)
    data = shards.merge(options.shards)
    if options.json:
        check_writable(options.json)
        write_atomically(options.json, json_text(data))
    graded = from_class_data(data, course.submitted)
    unrecorded: list[str] = []
    if options.gradebook:
        from ..gradebook import gradebook

        gradebook.check_ready(course, [each.submission for each in graded])
        unrecorded = record(course, graded)
    print_class(class_report(graded, []), console)
    return 0 if all(each.report.judged for each in graded) and not unrecorded else 1
