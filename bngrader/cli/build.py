"""`bngrader build`: make the generated files of the course."""

from __future__ import annotations

import argparse
from typing import Any

from ..core.text import count
from .console import console, print_lines
from .options import add_command

DESCRIPTION = """\
Make the files that are generated from solutions/, and list those that changed.

reads:   solutions/bnlab, solutions/notebooks, solutions/mistakes, bnlab/kit/course.toml
writes:  bnlab/<unit>.py, exercises/*.ipynb, bnlab/kit/feedback/fingerprints.json

If a generated file has uncommitted changes that are not from its source, the command stops and
names the file.
Commit generated files together with their sources.

example:
  bngrader build

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader build`."""
    add_command(commands, "build", run, "make skeletons, notebooks and fingerprints", DESCRIPTION)


def run(_: argparse.Namespace) -> int:
    """Make the generated files."""
    from ..authoring.release import write_products

    changed = write_products()
    print_lines(changed)
    console.print(
        f"{count(len(changed), 'file')} changed." if changed else "All files are up to date."
    )
    return 0
