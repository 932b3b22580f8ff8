"""Run mutants of the references against the hidden tests. `make mutants`

    python -m tools.mutation                 all units
    python -m tools.mutation moments layer   these units only

Each mutant of a task must fail a hidden test of that task, or be listed in
`solutions/mutants.toml` with the reason why it is as right as the reference. Verdicts are cached in
`_build/mutants`, so a second run judges only what has changed. The exit code is 1 where a mutant
passes all tests without a reason, or a reason has no such mutant.
"""

from __future__ import annotations

import argparse
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from bngrader.cli.console import console, progress
from bngrader.core import solutions
from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits
from bnlab.kit.course import coded_unit, coded_units
from bnlab.kit.course import unit as find_unit

from .cache import VerdictCache, equivalent_mutants
from .make import Key, Mutant, key_text, make

EQUIVALENT = solutions.SOLUTIONS / "mutants.toml"
CACHE = solutions.ROOT / "_build" / "mutants"
TEST_ERROR = "a hidden test raises an error of its own"
"""Prefix of the verdict on a mutant with which a hidden test itself fails."""


@dataclass
class UnitResult:
    """The verdicts on all mutants of one unit.

    Attributes:
        count: number of mutants.
        survivors: mutants that pass every hidden test of their task.
        faults: survivors without a reason, and messages about reasons and tests.
    """

    unit: str
    count: int
    survivors: list[Mutant]
    faults: list[Mutant | str] = field(default_factory=list)


def failing_test(judge: Judge, mutant: Mutant) -> str:
    """Return the first hidden test that fails a mutant.

    Only tests of the mutant's task count; for a helper, which belongs to no task, all of them do.

    Returns:
        The name of the test, "" where none fails, or a text that begins with `TEST_ERROR`.
    """
    tasks = [each.name for each in find_unit(mutant.unit).tasks]
    own = [name for name in tasks if f"{mutant.function}.".startswith(f"{name}.")]
    try:
        outcomes = judge.outcomes(mutant.unit, mutant.source, task=own[0] if own else None)
    except Exception as error:  # no learner's code may make a hidden test raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{TEST_ERROR} ({type(error).__name__}, {Path(place.filename).name}:{place.lineno})"
    return next((each.property.name for each in outcomes if not each.passed), "")


def compare(unit: str, verdicts: dict[Mutant, str], reasons: dict[Key, str]) -> UnitResult:
    """Compare the verdicts on the mutants of a unit with the listed reasons."""
    survivors = [mutant for mutant, name in verdicts.items() if not name]
    faults: list[Mutant | str] = [each for each in survivors if each.key not in reasons]
    faults += [
        f"{unit}: {key_text(mutant.key)}: {name}."
        for mutant, name in verdicts.items()
        if name.startswith(TEST_ERROR)
    ]
    made = {mutant.key for mutant in verdicts}
    for key in sorted(reasons.keys() - {mutant.key for mutant in survivors}):
        what = "fails a hidden test" if key in made else "is no longer made"
        faults.append(
            f"{unit}: {key_text(key)}: this mutant {what}; remove it from {EQUIVALENT.name}."
        )
    return UnitResult(unit, len(verdicts), survivors, faults)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 where every survivor has a reason and every reason a survivor."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutation", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("units", nargs="*", metavar="UNIT", help="these units (default: all)")
    names = [coded_unit(name).name for name in parser.parse_args(arguments).units]
    names = names or list(coded_units())
    reasons = equivalent_mutants(EQUIVALENT)
    results = []
    with Judge(b"mutants", Limits(call_s=2, submission_s=15)) as judge, progress() as bar:
        for name in names:
            require_full_marks(judge, name)
            cached = VerdictCache(name, lambda mutant: failing_test(judge, mutant), CACHE)
            mutants = bar.track(make(name, solutions.solved(name)), description=name)
            verdicts = {mutant: cached(mutant) for mutant in mutants}
            results.append(compare(name, verdicts, reasons.get(name, {})))
    show(results, console)
    return 1 if any(each.faults for each in results) else 0


def require_full_marks(judge: Judge, unit: str) -> None:
    """Stop where the reference itself fails a hidden test: its mutants would show nothing."""
    failed = [each for each in judge.outcomes(unit, solutions.solved(unit)) if not each.passed]
    if failed:
        raise SystemExit(
            f"mutants: the reference of {unit} fails {failed[0].property.name}; "
            f"run `bngrader validate-tests {unit}`."
        )


def show(results: Iterable[UnitResult], console: Console) -> None:
    """Print a row for each unit, then every fault."""
    results = list(results)
    table = Table()
    table.add_column("unit")
    for name in ("mutants", "fail a test", "as right", "faults"):
        table.add_column(name, justify="right")
    for row in rows(results):
        table.add_row(*map(str, row))
    console.print(table)
    for fault in (fault for each in results for fault in each.faults):
        if isinstance(fault, str):
            console.print(fault, style="bold red", markup=False, soft_wrap=True)
        else:
            console.print(f"\nNo hidden test fails this mutant ({fault.operator}):", style="bold")
            console.print(Syntax(fault.diff, "diff", background_color="default", word_wrap=True))


def rows(results: Iterable[UnitResult]) -> Iterator[tuple[str | int, ...]]:
    """Yield unit, mutants, those that fail a test, those as right, faults; then the sums."""
    total = [0, 0, 0, 0]
    for each in results:
        unexplained = sum(isinstance(fault, Mutant) for fault in each.faults)
        alive = len(each.survivors)
        row = (each.count, each.count - alive, alive - unexplained, len(each.faults))
        total = [one + other for one, other in zip(total, row, strict=True)]
        yield (each.unit, *row)
    yield ("all", *total)
