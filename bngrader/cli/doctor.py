"""`bngrader doctor`: say what in a course does not fit together."""

from __future__ import annotations

import argparse
from typing import Any

from .console import console, print_lines
from .options import add_command, course_of

DESCRIPTION = """\
Say what in a course does not fit together, and what to do.

reads:   course/course.toml, roster.csv, unmatched.csv, submitted/, gradebook.db
writes:  nothing

examples:
  bngrader doctor
  bngrader doctor --course ~/courses/spring

exit codes: 0 everything fits, 1 something does not, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader doctor`."""
    summary = "say what in a course does not fit together, and what to do"
    add_command(commands, "doctor", run, summary, DESCRIPTION, course=True)


def run(options: argparse.Namespace) -> int:
    """Examine the course."""
    from ..core.text import count
    from ..course import doctor
    from ..gradebook import doctor as of_gradebook

    course = course_of(options)
    found = doctor.examine(course) + of_gradebook.examine(course)
    print_lines(f"! {line}" for line in found)
    console.print(f"{count(len(found), 'thing')} to look at." if found else "Everything fits.")
    return 1 if found else 0
