"""`bngrader release`: make what learners receive, and nbgrader's assignments."""

from __future__ import annotations

import argparse
from typing import Any

from bnlab.kit.course import units

from .console import console, progress, shown
from .options import add_command, course_of

DESCRIPTION = """\
Make the handout for learners and the assignments of nbgrader.

reads:   bnlab/, exercises/, _build/html (the book, if `make book` has built it)
writes:  course/handout/batch-norm-lab.zip and the same as a folder,
         course/source, course/release, course/gradebook.db

Only files of an allow-list go into the handout. If a line of an answer or of a hidden test is in
one of them, nothing is written.

With BOOK_BASE_URL=https://example.org/norms the notebooks link to the book at this address;
without it the built book is part of the handout.

examples:
  bngrader release
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
    archive = release(course.root, book=built_book())
    with progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(units()))
        make_assignments(course, lambda name: bar.advance(row))
    console.print(f"Give this to learners:  {shown(archive)}")
    return 0
