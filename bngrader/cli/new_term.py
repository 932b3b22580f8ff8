"""`bngrader new-term`: begin the folder of the next term."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .console import console, print_lines, shown
from .options import add_command, course_of

DESCRIPTION = """\
Begin the course of the next term in a new folder, which may lie anywhere.

reads:   course/course.toml, course/mistakes
writes:  DIR/course.toml, DIR/secret, DIR/mistakes

Kept are the settings of course.toml: platform, time zone, left-out units, book, titles, points and
late policy. Due dates and extensions become comments, to be filled in. The results of the mistakes
are kept, so that the first grading need not compute them.

Not kept are the roster, submissions, attempts, marks, the journal, regrades and the gradebook: they
stay in the old folder, which is not changed. The secret is new, because last term's hidden inputs
may be known; keep the old folder with its secret to explain old marks. A database server that
course.toml names is left out: a gradebook holds one term.

examples:
  bngrader new-term ~/courses/autumn
  bngrader new-term ~/courses/autumn --course ~/courses/spring

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader new-term`."""
    summary = "begin the folder of the next term"
    parser = add_command(commands, "new-term", run, summary, DESCRIPTION, course=True)
    parser.add_argument("folder", type=Path, metavar="DIR", help="the new folder")


def run(options: argparse.Namespace) -> int:
    """Begin the next term."""
    from ..course.new_term import begin

    new, lines = begin(course_of(options), options.folder)
    print_lines(lines)
    console.print("Then:", style="bold")
    folder = new.root.as_posix()
    print_lines(
        [
            f"  export BNGRADER_COURSE={folder}",
            f"  fill in the dates in {shown(new.file)}, put the roster beside it as roster.csv",
            "  bngrader doctor",
            "  bngrader release",
            f"  jupyter lab --ServerApp.root_dir={folder}     the formgrader of this course",
        ]
    )
    return 0
