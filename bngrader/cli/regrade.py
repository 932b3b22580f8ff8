"""`bngrader regrade`: explain and change marks that are recorded already, and bring them back."""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import GraderError
from ..core.text import count, printable
from .console import console, print_lines, progress, shown
from .judging import add_judging, add_selection, check_units, device_of, judged, selected
from .options import add_command, check_writable, course_of, json_text

if TYPE_CHECKING:
    from ..course.course import Course
    from ..gradebook.history import Regrade
    from ..gradebook.regrade import Plan

DESCRIPTION = """\
Change marks that are recorded already, after a change of hidden tests, answers or points.

reads:   course/submitted, course/course.toml, the gradebook
writes:  with --explain only the journal, --csv and --json; with --reason the gradebook,
         course/autograded, course/feedback, and the marks before to course/regrades/

--explain judges what the journal does not know and lists whose mark would change, from what to
what, and which test or which points do it. --reason does it. The marks before are kept with the
date and the reason, and --undo brings them back. Marks and comments that people gave stay, also
through --undo.

Only submissions that are as they were recorded are concerned; `bngrader grade --gradebook` records
new ones. If the points, tasks or questions of a unit have changed, the assignment in the gradebook
is changed, too; marks of a question that is removed are kept in course/regrades/. A run that is
stopped is continued by the same command.

examples:
  bngrader regrade --explain
  bngrader regrade --explain --unit moments --csv changes.csv
  bngrader regrade --reason "the test of constant features was too strict"
  bngrader regrade --list
  bngrader regrade --undo
  bngrader regrade --undo 3

exit codes: 0 done, 1 some not judged or not recorded, 2 not possible
"""

MAX_ROWS = 60
"""Submissions that are listed on the terminal; --csv writes all."""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader regrade`."""
    summary = "explain and change marks that are recorded, and bring them back"
    parser = add_command(commands, "regrade", run, summary, DESCRIPTION, course=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--explain", action="store_true", help="list what would change")
    what.add_argument("--reason", metavar="TEXT", help="change the marks, for this reason")
    what.add_argument(
        "--undo", nargs="?", const=0, type=int, metavar="NUMBER",
        help="bring back the marks before a regrade (default: the last one)",
    )  # fmt: skip
    what.add_argument("--list", action="store_true", help="list the regrades of the course")
    add_selection(parser)
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the changes to FILE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the changes to FILE")
    add_judging(parser)


def run(options: argparse.Namespace) -> int:
    """Explain, change, list or bring back."""
    course = course_of(options)
    if options.list:
        return _list(course)
    if options.undo is not None:
        return _undo(course, options.undo or None)
    if options.reason is not None and not options.reason.strip():
        raise GraderError("regrade: --reason is empty, expected why the marks change.")
    for path in filter(None, (options.csv, options.json)):
        check_writable(path)
    return _explain_or_regrade(options, course)


def _explain_or_regrade(options: argparse.Namespace, course: Course) -> int:
    from ..course import submissions
    from ..course.collecting.clock import follow
    from ..gradebook.gradebook import check_recorded
    from ..gradebook.regrade import explain

    check_units(options)
    print_lines(follow(course))
    found, _ = submissions.find(course.submitted)
    mine = selected(options, course, found)
    check_recorded(course)
    graded = judged(options, course, mine, course.secret(), device_of(options, course))
    plan = explain(course, graded)
    _write(options, plan)
    _print(plan)
    faults = [each for each in graded if not each.report.judged]
    if options.reason is None:
        if plan:
            console.print("Nothing was changed; `bngrader regrade --reason TEXT` does it.")
        return 1 if faults else 0
    from ..gradebook.history import History
    from ..gradebook.regrading import regrade

    if not plan and not History(course).unfinished:
        return 1 if faults else 0
    with progress() as bar:
        row = bar.add_task("regrade", total=4)
        done, lines = regrade(course, graded, plan, options.reason, lambda _: bar.advance(row))
    print_lines(lines)
    where = shown(course.root / "regrades" / str(done.number))
    print_lines(
        [f"regrade {done.number} is done; the marks before are in {where}, and `bngrader regrade "
         f"--undo {done.number}` brings them back."]
    )  # fmt: skip
    if plan.cells:
        console.print("The handout has the old points: run `bngrader release`.")
    return 1 if faults or lines else 0


def _print(plan: Plan) -> None:
    from rich.table import Table
    from rich.text import Text

    print_lines(f"{unit}: {changes}." for unit, changes in plan.cells.items())
    reasons: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for each in plan.changes:
        reasons[each.unit, each.task, each.reason].append(each.gain)
    if reasons:
        table = Table("unit", "task", "learners", "points", "why", title="Why marks change")
        for (unit, task, reason), gains in sorted(reasons.items()):
            low, high = f"{min(gains):+.4g}", f"{max(gains):+.4g}"
            gain = low if low == high else f"{low} to {high}"
            table.add_row(*map(Text, (unit, task, str(len(gains)), gain, reason)))
        console.print(table)
    if plan.totals:
        table = Table("learner", "unit", "now", "then", title="Whose mark changes")
        for total in plan.totals[:MAX_ROWS]:
            now, then = (
                f"{total.points:g} of {total.of:g}",
                f"{total.points_new:g} of {total.of_new:g}",
            )
            table.add_row(*map(Text, (printable(total.learner), total.unit, now, then)))
        console.print(table)
    more = len(plan.totals) - MAX_ROWS
    if more > 0:
        console.print(f"and {count(more, 'more')}; --csv FILE writes all.")
    console.print(
        f"{count(len(plan.totals), 'mark')} of {len(plan.same)} would change."
        if plan.totals
        else f"No mark of {len(plan.same)} changes."
    )
    if plan.left:
        console.print(
            f"{count(len(plan.left), 'submission')} new or changed since: "
            "`bngrader grade --gradebook` records them."
        )


def _write(options: argparse.Namespace, plan: Plan) -> None:
    from dataclasses import asdict

    from ..core.files import write_atomically
    from ..course.tables import write_table
    from ..gradebook.history import rows_of
    from ..gradebook.regrade import COLUMNS

    if options.csv:
        write_table(options.csv, COLUMNS, rows_of(plan.changes))
    if options.json:
        data = {
            "format": 1,
            "cells": {unit: asdict(changes) for unit, changes in plan.cells.items()},
            "changes": [asdict(each) for each in plan.changes],
            "totals": [asdict(each) for each in plan.totals],
            "left": ["/".join(name) for name in plan.left],
        }
        write_atomically(options.json, json_text(data))


def _list(course: Course) -> int:
    from ..gradebook.history import History

    lines = [_line(each) for each in History(course).regrades]
    print_lines(lines or ["There was no regrade."])
    return 0


def _line(each: Regrade) -> str:
    state = {"begun": "stopped; the same command continues it", "undone": "undone"}
    note = f" ({state[each.state]})" if each.state in state else ""
    marks = count(len(each.names), "submission")
    return f"{each.number}  {each.date}  {marks} of {', '.join(each.units)}: {each.reason}{note}"


def _undo(course: Course, number: int | None) -> int:
    from ..gradebook.regrading import undo

    done, anew = undo(course, number)
    print_lines([f"{done.reason}: {count(len(done.names), 'submission')} as before."])
    print_lines(f"{printable('/'.join(name))}: handed in anew since, not changed." for name in anew)
    console.print(
        "`bngrader grade --gradebook` leaves these marks as they are; `bngrader regrade --explain` "
        "lists what would change them again."
    )
    return 0
