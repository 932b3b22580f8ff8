"""`bngrader validate-tests`: run every mistake against every hidden test."""

from __future__ import annotations

import argparse
from typing import Any

from bnlab.kit.course import coded_unit, coded_units

from .console import console, progress
from .options import add_command

SECRET = b"the matrix is the same for everybody"

DESCRIPTION = """\
Check the hidden tests: run every mistake and every accepted solution against them.

A mistake must lose exactly the tasks that its file names, and the diagnosis must recognise it. Each
hidden test must fail at least one mistake. References and accepted solutions must earn all points.
A table shows which hidden tests each mistake fails.

With --pairs, two mistakes of one task are joined in one module, as two slips of one learner, and
the check and the grader diagnose it. Pairs that mask each other do not count; --seed draws other
pairs.

reads:   solutions/
writes:  nothing

examples:
  bngrader validate-tests
  bngrader validate-tests moments forward
  bngrader validate-tests moments --pairs 50

exit codes: 0 no faults, 1 faults, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader validate-tests`."""
    summary = "run every mistake against every hidden test"
    parser = add_command(commands, "validate-tests", run, summary, DESCRIPTION)
    parser.add_argument("units", nargs="*", metavar="UNIT", help="a unit with code (default: all)")
    parser.add_argument(
        "--pairs",
        type=int,
        default=0,
        metavar="N",
        help="also draw N pairs of mistakes in one task, and count how many are named",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="seed of the choice of the pairs"
    )


def run(options: argparse.Namespace) -> int:
    """Run the mistakes and print the tables."""
    from ..authoring.pairs import pairs
    from ..authoring.validate_tests import matrix, show
    from ..judging.judge import Judge

    names = [coded_unit(name).name for name in options.units]
    names = names or list(coded_units())
    with Judge(SECRET) as judge, progress() as bar:
        row = bar.add_task("units", total=len(names))
        found = []
        for name in names:
            found.append(matrix(name, judge))
            bar.advance(row)
        report = list(pairs(names, judge, options.pairs, options.seed)) if options.pairs else []
    for each in found:
        show(each, console)
    mistakes = sum(len(each.caught) for each in found)
    tests = sum(len(each.tests) for each in found)
    right = sum(len(each.right) for each in found)
    faults = sum(len(each.faults) for each in found)
    console.print(
        f"{mistakes} mistakes, {tests} hidden tests, {right} right solutions, {faults} faults"
    )
    for line in report:
        console.print(line, soft_wrap=True, markup=False)
    return 1 if faults else 0
