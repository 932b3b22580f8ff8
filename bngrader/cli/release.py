"""`bngrader release`: make what learners receive, and nbgrader's assignments."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bnlab.kit.course import unit, units

from ..core.errors import GraderError
from .console import console, print_lines, progress, shown
from .options import add_command, course_of

if TYPE_CHECKING:
    from ..course.course import Course

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

--for writes something else than the handout:

gradescope: course/gradescope/<unit>.zip, an autograder archive for each unit. It holds the hidden
            tests and the course secret, for you and Gradescope only. Learners' code runs in the
            sandbox there; where no tier of it holds, a submission gets no mark.
github:     course/github/, the files of a template repository with a workflow that runs the public
            checks. It holds no hidden tests; marks come from `bngrader grade`.

examples:
  bngrader release
  bngrader release --for gradescope --unit moments
  BOOK_BASE_URL=https://example.org/norms bngrader release
  bngrader release --course ~/courses/spring

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader release`."""
    summary = "make the handout for learners and nbgrader's assignments"
    parser = add_command(commands, "release", run, summary, DESCRIPTION, course=True)
    parser.add_argument(
        "--for", dest="form", choices=("learners", "gradescope", "github"), default="learners",
        help="who receives what is written (default: learners)",
    )  # fmt: skip
    parser.add_argument(
        "--unit", action="append", metavar="UNIT", help="only this unit, with --for gradescope"
    )


def run(options: argparse.Namespace) -> int:
    """Make the handout and the assignments, or what another platform receives."""
    if options.unit and options.form != "gradescope":
        raise GraderError("release: --unit belongs to --for gradescope; leave it out.")
    other = {"gradescope": _for_gradescope, "github": _for_github}.get(options.form)
    return other(course_of(options), options.unit) if other else _for_learners(options)


def _for_gradescope(course: Course, names: list[str] | None) -> int:
    from ..authoring.release import check_current
    from ..core.book import book_address
    from ..platforms.archive import write_archive

    check_current()
    settings = course.settings()
    table = {name: settings.unit(name) for name in units()}
    book, secret = book_address(settings.book), course.secret()
    for name in names or settings.units:
        archive = write_archive(course.root / "gradescope", unit(name), table, secret, book)
        print_lines([f"Give this file to Gradescope, and to nobody else: {shown(archive)}"])
    return 0


def _for_github(course: Course, _: list[str] | None) -> int:
    from ..authoring.release import check_current
    from ..platforms.repository import write_repository

    check_current()
    settings = course.settings()
    folder = course.root / "github"
    write_repository(folder, settings.units, settings.book)
    print_lines([f"Push this folder to a template repository: {shown(folder)}"])
    return 0


def _for_learners(options: argparse.Namespace) -> int:
    from ..authoring.release import built_book, package_files, release
    from ..core.book import book_address
    from ..gradebook.gradebook import check_cells, make_assignments

    course = course_of(options)
    book = built_book()
    settings = course.settings()
    check_cells(course)
    archive = release(course.root, book=book, of=settings.units, address=settings.book)
    with progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(settings.units))
        package = package_files(settings.units, settings.book)
        make_assignments(course, lambda name: bar.advance(row), package)
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
