"""`bngrader attempts`: list what a learner has handed in, and choose what counts."""

from __future__ import annotations

import argparse
from typing import Any

from ..core.errors import GraderError
from .console import console, print_lines
from .options import add_command, course_of

DESCRIPTION = """\
List the attempts of a learner, and choose the one that counts.

reads:   course/submitted/<learner>/.attempts/, course/course.toml
writes:  course/submitted/<learner>/<unit>/, with --use

The newest attempt counts, unless another one was chosen; `*` marks it. Each line has the time of
submission, the clock that says so, and how late it is if course.toml has a due date.

examples:
  bngrader attempts ada
  bngrader attempts ada moments --use 1
  bngrader attempts ada moments --use newest

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader attempts`."""
    summary = "list the attempts of a learner, and choose the one that counts"
    parser = add_command(commands, "attempts", run, summary, DESCRIPTION, course=True)
    parser.add_argument("learner", metavar="LEARNER")
    parser.add_argument("unit", metavar="UNIT", nargs="?", help="(default: all units)")
    parser.add_argument(
        "--use", metavar="NUMBER", help="make this attempt the one that counts, or `newest`"
    )


def run(options: argparse.Namespace) -> int:
    """List the attempts."""
    from bnlab.kit.course import unit, units

    from ..course.collecting.store import Store
    from ..course.roster import problem_of

    course = course_of(options)
    learner, roster = options.learner, course.roster()
    if problem_of(learner) or not (course.submitted / learner).is_dir():
        meant = roster.called(learner) if roster else []
        if len(meant) > 1:
            raise GraderError(f"attempts: {learner!r} may be {' or '.join(meant)}; write one.")
        learner = meant[0] if meant else learner
    folder = course.submitted / learner
    if problem_of(learner) or not folder.is_dir():
        raise GraderError(
            f"attempts: learner {learner!r} not found in {course.submitted}; write the learner as "
            "the folder is called, or run `bngrader collect` first."
        )
    settings = course.settings()
    store = Store(folder, settings.timestamp_from, settings.zone)
    names = [unit(options.unit).name] if options.unit else list(units())
    if options.use:
        if not options.unit:
            raise GraderError("attempts: --use needs the unit, such as moments.")
        _use(store, options.unit, options.use)
    lines = [line for name in names for line in _lines(store, name, settings)]
    print_lines(lines or ["no attempt was collected."])
    if options.use:
        console.print("Run `bngrader grade` to grade what counts now.")
    return 0


def _use(store: Any, unit: str, number: str) -> None:
    attempts = store.attempts(unit)
    if number == "newest":
        store.choose(unit, "")
    elif number.isdigit() and 1 <= int(number) <= len(attempts):
        store.choose(unit, attempts[int(number) - 1].digest)
    else:
        raise GraderError(
            f"attempts: --use is {number!r}, expected newest or a number from 1 to {len(attempts)}."
        )


def _lines(store: Any, unit: str, settings: Any) -> list[str]:
    from ..core.text import printable
    from ..course.collecting.attempt import CLOCKS

    counts, chosen = store.counts(unit), store.chosen(unit)
    due = settings.due_for(store.folder.name, unit)
    lines = []
    for number, each in enumerate(store.attempts(unit), 1):
        when, clock = each.time(settings.timestamp_from)
        mark = "*" if each == counts else " "
        shown = when.astimezone(settings.zone)
        text = f"{mark} {unit} {number}  {shown:%Y-%m-%d %H:%M:%S %Z}  {CLOCKS[clock]}"
        if due and when > due:
            hours = (when - due).total_seconds() / 3600
            text += f", {hours:.1f} h late" if hours < 48 else f", {hours / 24:.0f} days late"
        elif each.late:
            text += ", late by the platform"
        if each.digest == chosen:
            text += ", chosen by hand"
        lines.append(f"{text}  {each.digest}  {printable(', '.join(each.found))}")
    return lines
