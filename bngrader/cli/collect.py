"""`bngrader collect`: sort what learners handed in into the folder of submissions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..course.settings import CLOCKS, PLATFORMS
from .console import console, print_lines, shown
from .options import add_command, course_of

DESCRIPTION = """\
Collect what learners handed in into the folder of submissions.

reads:   downloads of a learning platform, packed or unpacked; zips, folders and loose files
writes:  course/submitted/<learner>/<unit>/, and unmatched.csv in the folder of the course

The platform is recognized by its names: moodle, canvas, blackboard, brightspace, gradescope,
sakai, ilias, classroom (clones of GitHub Classroom), exchange (the inbound folder of nbgrader).
Otherwise the name of the zip or folder is that of the learner: ada.zip, ada_2.zip for a second
attempt, ada_17_moments.zip for Ada with the number 17. A second attempt that keeps nothing of the
first is asked about: it may be another person's.
The number or name by which the platform tells people apart names the folder of a learner. With a
roster.csv in the folder of the course, the roster names it, by the id or else by a name that only
one person has; it is not used with --into.

One line says what became of each file and folder. Files whose owner is unknown are listed in
unmatched.csv: write the learner into the last but one column ("a; b" for a group, "-" to leave
the file out) and run again.

All attempts are stored once, in <learner>/.attempts/, and the newest counts, in whatever order
they are collected. Its time is that of the platform if its names or tables have one, else that in
the learner's receipt, which a learner can forge, else that of the file.

examples:
  bngrader collect ~/Downloads/moments-1234.zip
  bngrader collect ~/Downloads/gradebook --from blackboard
  bngrader collect ada.zip bo_17_moments.zip --timestamp-from file

exit codes: 0 everything taken, 1 something not taken, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader collect`."""
    summary = "sort what learners handed in into the folder of submissions"
    parser = add_command(commands, "collect", run, summary, DESCRIPTION, course=True)
    parser.add_argument("places", nargs="+", type=Path, metavar="DOWNLOAD")
    parser.add_argument(
        "--into", type=Path, metavar="DIR", help="folder for <learner>/<unit>/ "
        "(default: submitted/ in the folder of the course)",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="platform", choices=PLATFORMS, default="", metavar="PLATFORM",
        help=f"where the download comes from (default: recognised): {', '.join(PLATFORMS)}",
    )  # fmt: skip
    parser.add_argument(
        "--timestamp-from", choices=CLOCKS,
        help="the clock of the time of submission (default: auto, the platform's if it has one)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Collect the downloads."""
    from ..course.collecting import moodle
    from ..course.collecting.clock import follow
    from ..course.collecting.collect import Options, collect
    from ..course.collecting.lines import summary

    course = course_of(options)
    settings = course.settings()
    roster = None if options.into else course.roster()
    into = options.into or course.submitted
    times = moodle.times_in_worksheets([] if options.into else course.roster_files())
    unmatched = (into if options.into else course.root) / "unmatched.csv"
    lines = collect(
        options.places, into,
        Options(
            options.platform or settings.platform,
            options.timestamp_from or settings.timestamp_from,
            settings.zone, roster, unmatched,
            {(moodle.NAME, number): time for number, time in times.items()},
        ),
    )  # fmt: skip
    print_lines([*(f"! {line}" for line in roster.problems), *roster.notes] if roster else [])
    print_lines([*lines, *([] if options.into else follow(course))])
    console.print(f"{summary(lines)}; in {shown(into)}", soft_wrap=True, markup=False)
    if any(line.kind == "asked" for line in lines):
        console.print(
            f"Whose are they? Fill in the column `learner` of {shown(unmatched)} and run again.",
            soft_wrap=True, markup=False,
        )  # fmt: skip
    return 1 if any(line.fault for line in lines) else 0
