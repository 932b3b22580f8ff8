"""`bngrader collect`: sort the zips of learners into the folder of submissions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .console import console, print_lines, shown
from .options import add_command, course_of

DESCRIPTION = """\
Collect the zips of `bnlab submit` into the folder of submissions.

reads:   zips, or folders with zips, as learning platforms export them
writes:  course/submitted/<learner>/<unit>/

The name of the learner is the name of the zip up to the first `_`: ada.zip, ada_17_moments.zip.
If the zip is in a folder of the learner, such as ada_17_file/moments.zip, the name of the folder
is used instead. Check that these names are unique in your class.

A zip with files that `bnlab submit` does not write is refused; the others are taken. A newer
submission replaces an older one, which moves to course/submitted/<learner>/.older/.

The time of submission, for nbgrader's late penalties, is the modification time of the zip. A
download may change that time. `--timestamp-from receipt` uses the time that `bnlab submit` wrote
into the zip; a learner can forge this time.

examples:
  bngrader collect ~/Downloads/moments.export
  bngrader collect ada.zip bo_17_moments.zip --timestamp-from receipt

exit codes: 0 all zips taken, 1 some refused, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader collect`."""
    summary = "sort the zips of learners into the folder of submissions"
    parser = add_command(commands, "collect", run, summary, DESCRIPTION, course=True)
    parser.add_argument("places", nargs="+", type=Path, metavar="ZIP_OR_DIR")
    parser.add_argument(
        "--into", type=Path, metavar="DIR", help="folder for <learner>/<unit>/ "
        "(default: submitted/ in the folder of the course)",
    )  # fmt: skip
    parser.add_argument(
        "--timestamp-from", choices=("file", "receipt"), default="file",
        help="what determines the time of submission (default: file)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Collect the zips."""
    from ..course.collect import Refusal, collect

    into = options.into or course_of(options).submitted
    results = collect(options.places, into, options.timestamp_from)
    print_lines(results)
    refused = sum(isinstance(each, Refusal) for each in results)
    console.print(f"{len(results) - refused} taken, {refused} refused, in {shown(into)}")
    return 1 if refused else 0
