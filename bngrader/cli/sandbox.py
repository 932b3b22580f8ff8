"""`bngrader sandbox`: test each sandbox tier with escape probes."""

from __future__ import annotations

import argparse
from typing import Any

from rich.table import Table

from ..sandbox.tiers import TIERS
from .console import console, print_lines
from .options import add_command, course_of, private_paths

DEVICES = ("cpu", "cuda")

DESCRIPTION = """\
Test each sandbox tier with escape probes, and name the tier that `bngrader grade` will use.

An escape probe is a harmless attempt to leave the sandbox, such as reading the solutions, opening a
connection or starting a process. The table shows the result of each probe in each tier:

  blocked   the attempt failed, as it should
  OPEN      the attempt succeeded; the tier is not used
  -         the attempt was not made in this tier

reads and writes: nothing

examples:
  bngrader sandbox
  bngrader sandbox --device cuda      with access to the GPU

exit codes: 0 a tier holds, 2 no tier holds
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader sandbox`."""
    summary = "test each sandbox tier with escape probes"
    parser = add_command(commands, "sandbox", run, summary, DESCRIPTION, course=True)
    parser.add_argument(
        "--device", choices=DEVICES, default="cpu",
        help="cuda gives the child access to the GPU and computes on it (default: cpu)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Probe all tiers and print the results."""
    from ..sandbox.choose import check_tier
    from ..sandbox.tiers import best

    private = private_paths(course_of(options))
    tried = [check_tier(tier, options.device, private) for tier in TIERS]
    table = Table("escape probe", *TIERS, box=None, title="What learners' code can do in each tier")
    for name in dict.fromkeys(probe.name for each in tried for probe in each.probes):
        held = [{probe.name: probe.held for probe in each.probes}.get(name) for each in tried]
        table.add_row(name, *({True: "blocked", False: "OPEN", None: "-"}[each] for each in held))
    console.print(table)
    for each in tried:
        problem = f"; not usable: {each.problem}" if each.problem else ""
        print_lines([f"{each.tier + ':':<12} {', '.join(each.mechanisms)}{problem}"])
    chosen = best({each.tier: each for each in tried}.__getitem__, options.device)
    where = "" if options.device == "cpu" else f" on {options.device}"
    console.print(f"Submissions are judged in the tier {chosen.tier}{where}.")
    return 0
