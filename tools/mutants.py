"""`make mutants`: changes the solved modules a little and asks whether the hidden tests notice.

A mutant of a task must fail a hidden test of that task; one that does not is a hole in the tests,
unless it is as right as the original. Those are in `solutions/mutants.toml`, with the reason.
What was found is kept under `_build/mutants`, so a second run only judges what has changed.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.syntax import Syntax
from rich.table import Table

from bngrader.core import solutions
from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits
from bnlab.kit.course import coded_unit, coded_units
from bnlab.kit.course import unit as find_unit

from .mutants_cache import Kept, explained
from .mutants_make import Key, Mutant, make, shown
from .steps import ROOT

EXPLAINED = solutions.SOLUTIONS / "mutants.toml"
KEPT = ROOT / "_build" / "mutants"
BREAKS = "a hidden test breaks"
"""How a verdict begins where a test raised an exception of its own."""


@dataclass
class Found:
    """What became of the mutants of one unit.

    Attributes:
        count: how many there were.
        survivors: those that no hidden test of their task noticed.
        faults: survivors without a reason, and reasons without a survivor.
    """

    unit: str
    count: int
    survivors: list[Mutant]
    faults: list[Mutant | str] = field(default_factory=list)


def killer(judge: Judge, mutant: Mutant) -> str:
    """The first hidden test that notices, "" where none does, `BREAKS` where one cannot go on.

    A test of another task does not count, but for helpers, which belong to no task.
    """
    tasks = [each.name for each in find_unit(mutant.unit).tasks]
    own = [name for name in tasks if f"{mutant.function}.".startswith(f"{name}.")]
    try:
        outcomes = judge.outcomes(mutant.unit, mutant.source, task=own[0] if own else None)
    except Exception as error:  # whatever learner code does, a test must not raise its own
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{BREAKS} ({type(error).__name__}, {Path(place.filename).name}:{place.lineno})"
    return next((each.property.name for each in outcomes if not each.passed), "")


def compare(unit: str, verdicts: dict[Mutant, str], reasons: dict[Key, str]) -> Found:
    """The survivors among all mutants of a unit, and what is wrong with them or their reasons."""
    survivors = [mutant for mutant, name in verdicts.items() if not name]
    faults: list[Mutant | str] = [each for each in survivors if each.key not in reasons]
    faults += [
        f"{unit}: {shown(mutant.key)}: {name}, expected a verdict."
        for mutant, name in verdicts.items()
        if name.startswith(BREAKS)
    ]
    made = {mutant.key for mutant in verdicts}
    for name in sorted(reasons.keys() - {mutant.key for mutant in survivors}):
        what = "is noticed now" if name in made else "is no longer made"
        faults.append(f"{unit}: {shown(name)}: mutant {what}, expected no reason for it.")
    return Found(unit, len(verdicts), survivors, faults)


def main(arguments: list[str] | None = None) -> int:
    """Runs the hunt; 0 where every survivor is explained and every reason needed."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("units", nargs="*", metavar="UNIT", help="only these (default: all)")
    names = [coded_unit(name).name for name in parser.parse_args(arguments).units]
    names = names or list(coded_units())
    reasons = explained(EXPLAINED)
    console = Console()
    found = []
    with Judge(b"mutants", Limits(call_s=2, submission_s=15)) as judge, progress(console) as bar:
        for name in names:
            require_full_marks(judge, name)
            kept = Kept(name, lambda mutant: killer(judge, mutant), KEPT)
            made = bar.track(make(name, solutions.solved(name)), description=name)
            verdicts = {mutant: kept(mutant) for mutant in made}
            found.append(compare(name, verdicts, reasons.get(name, {})))
    show(found, console)
    return 1 if any(each.faults for each in found) else 0


def require_full_marks(judge: Judge, unit: str) -> None:
    """Nothing can be learned from mutants of a module that fails by itself."""
    failed = [each for each in judge.outcomes(unit, solutions.solved(unit)) if not each.passed]
    if failed:
        raise SystemExit(
            f"mutants: solved {unit} fails {failed[0].property.name}, expected full marks."
        )


def progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console)


def show(found: Iterable[Found], console: Console) -> None:
    """Prints one row per unit, then every fault."""
    table = Table()
    table.add_column("unit")
    for name in ("mutants", "noticed", "as right", "faults"):
        table.add_column(name, justify="right")
    for row in rows(found):
        table.add_row(*map(str, row))
    console.print(table)
    for fault in (fault for each in found for fault in each.faults):
        if isinstance(fault, str):
            console.print(fault, style="bold red", markup=False, soft_wrap=True)
        else:
            console.print(f"\nNo hidden test notices ({fault.operator}):", style="bold red")
            console.print(Syntax(fault.diff, "diff", background_color="default", word_wrap=True))


def rows(found: Iterable[Found]) -> Iterator[tuple[str | int, ...]]:
    """Unit, mutants, noticed, as right as the original, faults; then the sums."""
    total = [0, 0, 0, 0]
    for each in found:
        holes = sum(isinstance(fault, Mutant) for fault in each.faults)
        alive = len(each.survivors)
        row = (each.count, each.count - alive, alive - holes, len(each.faults))
        total = [one + other for one, other in zip(total, row, strict=True)]
        yield (each.unit, *row)
    yield ("all", *total)


if __name__ == "__main__":
    sys.exit(main())
