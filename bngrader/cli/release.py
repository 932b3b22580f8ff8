"""`bngrader release`: make what learners receive, and nbgrader's assignments."""

from __future__ import annotations

import argparse
from typing import Any

from .console import console, print_lines, progress, shown
from .options import add_command, course_of

DESCRIPTION = """\
Make the handout for learners and the assignments of nbgrader.

reads:   course/course.toml, bnlab/, exercises/, _build/html (the book, if `make book` has built it)
writes:  course/handout/batch-norm-lab.zip and the same files as a folder,
         course/source, course/release, course/gradebook.db

The handout contains the files of an allow-list. If one of them contains a line of an answer or of a
hidden test, the command stops and writes nothing.

Units that course.toml leaves out are not in it, and its points are those of course.toml. If the
gradebook has submissions and other points, the command stops: `bngrader regrade` changes them.

If course.toml has the address of the book (`book`), or the environment variable BOOK_BASE_URL is
set, the notebooks link to the book at this address. Otherwise the handout contains the built book.

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
    from ..authoring.release import book_address, built_book, release
    from ..gradebook.gradebook import check_cells, make_assignments

    course = course_of(options)
    book = built_book()
    settings = course.settings()
    check_cells(course)
    archive = release(course.root, book=book, of=settings.units, address=settings.book)
    with progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(settings.units))
        make_assignments(course, lambda name: bar.advance(row))
    if settings.due:
        from ..gradebook.late import write_dates  # imports nbgrader, which takes seconds

        write_dates(course)
    if book is None and not book_address(settings.book):
        console.print(
            "The handout has no book: run `make book`, or write `book` into course.toml, then "
            "release again."
        )
    print_lines([f"Give this file to learners: {shown(archive)}"])
    return 0
