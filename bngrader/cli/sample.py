"""`bngrader sample`: write a synthetic class."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..core.errors import GraderError
from .console import console, shown
from .options import add_command

DESCRIPTION = """\
Write a synthetic class, to try the grader before there are learners.

More than 40 learners hand in solutions that are right, wrong with a known mistake, incomplete,
broken, endless, or no Python at all. The same seed gives the same class.

reads:   solutions/
writes:  DIR/<learner>/<unit>/; DIR must be empty or contain the same class

examples:
  bngrader sample course/submitted
  bngrader sample /tmp/class --seed 7 --per-learner 1

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader sample`."""
    parser = add_command(commands, "sample", run, "write a synthetic class", DESCRIPTION)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="seed of the random choices (default: 0)"
    )
    parser.add_argument(
        "--per-learner",
        type=int,
        default=3,
        metavar="N",
        help="submissions of each learner (default: 3)",
    )


def run(options: argparse.Namespace) -> int:
    """Write the class."""
    from ..authoring.sample_class import make_class

    if options.per_learner < 1:
        raise GraderError(f"sample: --per-learner is {options.per_learner}, expected at least 1.")
    written = make_class(options.folder, options.seed, options.per_learner)
    learners = {name.partition("/")[0] for name in written}
    console.print(
        f"{len(written)} submissions by {len(learners)} learners in {shown(options.folder)}"
    )
    return 0
