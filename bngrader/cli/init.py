"""`bngrader init`: write the course file."""

from __future__ import annotations

import argparse
from typing import Any

from .console import console, shown
from .options import add_command, course_of

DESCRIPTION = """\
Write the course file, with a comment for each key.

reads:   nothing
writes:  course/course.toml, unless it is there

examples:
  bngrader init
  bngrader init --course ~/courses/spring

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader init`."""
    add_command(commands, "init", run, "write the course file", DESCRIPTION, course=True)


def run(options: argparse.Namespace) -> int:
    """Write the course file."""
    from ..core.files import write_atomically
    from ..course.settings import TEMPLATE

    course = course_of(options)
    if course.file.exists():
        console.print(f"{shown(course.file)} is there already and was not changed.")
    else:
        write_atomically(course.file, TEMPLATE, overwrite=False)
        console.print(f"written: {shown(course.file)}", soft_wrap=True)
    console.print("Put your roster beside it as roster.csv, then run `bngrader doctor`.")
    return 0
