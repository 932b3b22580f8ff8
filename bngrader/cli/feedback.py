"""`bngrader feedback`: put the feedback pages into files that a learning platform takes back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .console import console, print_lines, progress, shown
from .options import add_command, add_units, check_writable, course_of

DESCRIPTION = """\
Put the feedback pages into the files that a learning platform takes back.

reads:   course/gradebook.db, course/autograded/, the names and ids that `bngrader collect` kept in
         course/submitted/<learner>/.attempts/, course/roster.csv, course/course.toml
writes:  course/feedback/, course/returned/<platform>-<unit>.zip, with --mail
         course/returned/mail-merge.csv

Each unit has a zip of its own, because it is an assignment of its own on the platform. Pages are
written anew first if a mark, a comment or a date has changed.

moodle:      in the assignment, "Upload multiple feedback files in a zip" (feedback type "Feedback
             files"). A group has one number for all; put the grading worksheet of the assignment
             beside the roster as roster-<unit>.csv, whose `Identifier` is that of each person.
canvas:      in the assignment, "Upload Submissions"; each learner receives a zip with the page.
brightspace: in the assignment, "Add Feedback Files".
ilias:       in the exercise unit, "Multi-Feedback"; pages only, for marks see `bngrader export`.
blackboard:  has no upload for a class; the files are called feedback_<user name>_<unit>.html.
plain:       a folder for each learner, `Ada Lovelace (ada)`.

What is not marked yet is called so on the page, and is not counted as 0. The right quiz answers
and their reasons are on the page after the due date of the unit and all its extensions
have passed: run the command again then. Without a due date they are shown at once.

A page is not returned if the learner has handed in something else since it was graded, or if the
platform's name for the learner is not known; a line gives the reason. --mail writes a table of
addresses, names, units, files and points for the mail merge of Thunderbird, Outlook or a script;
the addresses are those of the roster.

examples:
  bngrader feedback --for moodle --unit moments
  bngrader feedback --for plain --mail

exit codes: 0 everything returned, 1 something not returned, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader feedback`."""
    summary = "make the zip of feedback pages that your platform takes back"
    parser = add_command(commands, "feedback", run, summary, DESCRIPTION, course=True)
    parser.add_argument(
        "--for", dest="platform",
        choices=("moodle", "canvas", "blackboard", "brightspace", "ilias", "plain"),
        help="the platform, or plain (default: that of course.toml)",
    )  # fmt: skip
    add_units(parser)
    parser.add_argument("--mail", action="store_true", help="also write a table for a mail merge")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the files (default: course/returned)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the zips."""
    from bnlab.kit.course import unit, units

    from ..core.text import count, printable
    from ..gradebook import delivery, gradebook

    course = course_of(options)
    rules = course.settings()
    known = rules.platform if rules.platform in delivery.PLATFORMS else "plain"
    platform = options.platform or known
    names = [unit(each).name for each in options.unit or units() if each not in rules.left_out]
    folder = options.out or course.root / "returned"
    check_writable(folder / "mail-merge.csv")
    delivery.Delivery(course, platform, names)  # before pages are written
    with progress() as bar:
        row = bar.add_task("feedback", total=len(names))
        lines = gradebook.write_feedback(course, names, lambda _: bar.advance(row))
    pages = delivery.Delivery(course, platform, names)
    results, written = [], []
    for name in names:
        result = pages.unit(name, options.mail)
        if not (result.files or result.faults) and not options.unit:
            continue  # nobody has done this unit
        results.append(result)
        path = folder / f"{platform}-{name}.zip"
        if result.files:
            delivery.write_zip(path, result.files)
            written.append(f"written: {shown(path)}, {count(len(result.files), 'page')}")
        lines += result.faults
        lines += [
            f"{printable(each)}/{name}: no submission was collected." for each in result.nothing
        ]
    if options.mail:
        delivery.write_mail(folder / "mail-merge.csv", [r for each in results for r in each.mail])
        written.append(f"written: {shown(folder / 'mail-merge.csv')}")
    print_lines([*lines, *written])
    if unmarked := sum(each.unmarked for each in results):
        console.print(f"{count(unmarked, 'page')} with an answer that is not marked yet.")
    console.print(delivery.summary(results), soft_wrap=True, markup=False)
    return 1 if any(each.faults for each in results) or not results else 0
