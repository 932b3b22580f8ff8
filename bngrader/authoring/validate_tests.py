"""The validation of the hidden tests: every mistake and every right solution against every test.

A mistake must lose exactly the tasks that its header names, and the diagnosis must recognise it.
Every test must fail at least one mistake. The reference and the accepted solutions must earn all
points, and the skeleton must earn none, because nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from ..core import solutions
from ..core.report import Report
from ..judging.judge import Judge
from .skeleton import strip


@dataclass
class Matrix:
    """The results of the hidden tests of one unit on all of its solutions.

    Attributes:
        tests: the names of the hidden tests.
        caught: for each mistake, the names of the tests that it failed.
        named: for each mistake, the mistakes that the diagnosis recognised.
        right: the names of the reference and the accepted solutions.
        faults: a sentence for everything that is not as it must be.
    """

    unit: str
    tests: list[str] = field(default_factory=list)
    caught: dict[str, set[str]] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    right: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def matrix(unit: str, judge: Judge) -> Matrix:
    """Judge everything under `solutions/` that belongs to a unit."""
    found = Matrix(unit, [each.name for each in solutions.hidden_tests(unit)])
    _judge_right(found, judge)
    _judge_skeleton(found, judge)
    for mistake in solutions.mistakes(unit):
        report = judge.judge(unit, mistake.source)
        failed = {v.test for task in report.tasks for v in task.verdicts if not v.passed}
        lost = {task.task for task in report.tasks if not task.full}
        found.caught[mistake.name] = failed
        found.named[mistake.name] = {s.name for task in report.tasks for s in task.mistakes}
        if lost != set(mistake.loses):
            found.faults.append(
                f"{unit}/{mistake.name}: loses {_listed(lost)}, expected {_listed(mistake.loses)}."
            )
        elif found.named[mistake.name] != {mistake.name}:
            named = _listed(found.named[mistake.name])
            found.faults.append(
                f"{unit}/{mistake.name}: diagnosis is {named}, expected the mistake itself."
            )
        if not mistake.hint or not mistake.read:
            found.faults.append(f"{unit}/{mistake.name}: hint or read is missing, expected both.")
    for test in found.tests:
        if not any(test in failed for failed in found.caught.values()):
            found.faults.append(f"{unit}: test {test} fails no mistake, expected at least one.")
    return found


def _judge_right(found: Matrix, judge: Judge) -> None:
    sources = {"reference": solutions.solved(found.unit)}
    sources |= {each.name: each.source for each in solutions.accepted(found.unit)}
    for name, source in sources.items():
        report = judge.judge(found.unit, source)
        found.right.append(name)
        found.faults += [
            f"{found.unit}/{name}: right code fails {verdict.test}: {verdict.problem}"
            for task in report.tasks
            for verdict in task.verdicts
            if not verdict.passed
        ]


def _judge_skeleton(found: Matrix, judge: Judge) -> None:
    report = judge.judge(found.unit, strip(solutions.solved(found.unit)))
    unwritten = all(
        verdict.problem == "is not written yet."
        for task in report.tasks
        for verdict in task.verdicts
    )
    if report.points or not unwritten:
        found.faults.append(
            f"{found.unit}: skeleton has {_score(report)}, expected 0 and nothing written."
        )


def _score(report: Report) -> str:
    return f"{report.points:g} of {report.max_points}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def show(found: Matrix, console: Console) -> None:
    """Print the matrix with one row per mistake and one column per test."""
    table = Table(title=f"{found.unit}: mistakes × hidden tests", title_justify="left")
    table.add_column("mistake")
    for index, _ in enumerate(found.tests, 1):
        table.add_column(str(index), justify="center")
    for name, failed in found.caught.items():
        table.add_row(name, *("×" if test in failed else "·" for test in found.tests))
    console.print(table)
    for index, test in enumerate(found.tests, 1):
        console.print(f"  {index}  {test}")
    console.print(f"  right: {', '.join(found.right)}")
    for fault in found.faults:
        console.print(f"  FAULT {fault}", style="bold red", soft_wrap=True)
