"""`bngrader release`: make what learners receive, and nbgrader's assignments."""

from __future__ import annotations

import argparse
import os
from typing import Any

from bnlab.kit.course import units

from .console import console, print_lines, progress, shown
from .options import add_command, course_of

DESCRIPTION = """\
Make the handout for learners and the assignments of nbgrader.

reads:   bnlab/, exercises/, _build/html (the book, if `make book` has built it)
writes:  course/handout/batch-norm-lab.zip and the same files as a folder,
         course/source, course/release, course/gradebook.db

The handout contains the files of an allow-list. If one of them contains a line of an answer or of a
hidden test, the command stops and writes nothing.

If the environment variable BOOK_BASE_URL is set, the notebooks link to the book at this address.
Otherwise the handout contains the built book.

examples:
  bngrader release
  BOOK_BASE_URL=https://example.org/norms bngrader release
  bngrader release --course ~/courses/spring

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader release`."""
    summary = "make the handout for learners and nbgrader's assignments"
    add_command(commands, "release", run, summary, DESCRIPTION, course=True)


def run(options: argparse.Namespace) -> int:
    """Make the handout and the assignments."""
    from ..authoring.release import built_book, release
    from ..gradebook.gradebook import make_assignments

    course = course_of(options)
    book = built_book()
    archive = release(course.root, book=book)
    with progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(units()))
        make_assignments(course, lambda name: bar.advance(row))
    if book is None and not os.environ.get("BOOK_BASE_URL"):
        console.print(
            "The handout has no book: run `make book` or set BOOK_BASE_URL, then release again."
        )
    print_lines([f"Give this file to learners: {shown(archive)}"])
    return 0
