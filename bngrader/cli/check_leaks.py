"""`bngrader check-leaks`: search for answers in what learners and readers see."""

from __future__ import annotations

import argparse
from typing import Any

from .console import console
from .options import add_command, course_of

DESCRIPTION = """\
Search everything that learners and readers see for lines of answers and hidden tests.

reads:   bnlab/, exercises/, _build/html, course/handout, course/release, course/feedback
writes:  nothing

`bngrader release` searches the handout in the same way before it writes it. Run this command after
`make book`, before you publish the book.

example:
  bngrader check-leaks

exit codes: 0 nothing found, 2 a line found; the error names the file
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader check-leaks`."""
    summary = "search for answers in what learners and readers see"
    add_command(commands, "check-leaks", run, summary, DESCRIPTION, course=True)


def run(options: argparse.Namespace) -> int:
    """Search the published files."""
    from ..authoring.leak_check import check_leaks

    count = check_leaks(course_of(options).root)
    console.print(f"{count} files searched, no line of an answer found.")
    return 0
