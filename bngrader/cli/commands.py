"""What the verbs do beside grading: make, release, collect, search, prove, try the lock."""

from __future__ import annotations

import argparse

from rich.table import Table

from bnlab.kit.course import coded_unit, coded_units, units

from ..course.course import COURSE
from ..sandbox.tiers import TIERS
from .console import console, progress, shown


def build(_: argparse.Namespace) -> int:
    """Makes skeletons and notebooks from the solutions."""
    from ..authoring.release import write_products

    changed = write_products()
    console.print("\n".join(changed) or "exercises: everything is as it must be.")
    return 0


def make_release(_: argparse.Namespace) -> int:
    """Makes the handout, and nbgrader's assignments."""
    from ..authoring.release import built_book, release
    from ..gradebook.gradebook import make_assignments

    archive = release(COURSE, book=built_book())
    with progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(units()))
        make_assignments(lambda name: bar.advance(row))
    console.print(f"Give this to learners:  {shown(archive)}")
    return 0


def make_sample(options: argparse.Namespace) -> int:
    """Writes a synthetic class."""
    from ..authoring.sample_class import make_class

    written = make_class(options.folder, options.seed, options.per_learner)
    learners = {name.partition("/")[0] for name in written}
    console.print(
        f"{len(written)} submissions by {len(learners)} learners in {shown(options.folder)}"
    )
    return 0


def collect_zips(options: argparse.Namespace) -> int:
    """Takes in what learners handed in; 1 where something was refused."""
    from ..course.collect import collect

    lines = collect(options.places, options.into, options.timestamp_from)
    console.print("\n".join(lines), soft_wrap=True, markup=False)
    refused = sum(": refused, " in line for line in lines)
    console.print(f"{len(lines) - refused} lines, {refused} refused, in {shown(options.into)}")
    return 1 if refused else 0


def check_leaks(_: argparse.Namespace) -> int:
    """Searches what learners and readers see for lines of answers."""
    from ..authoring.release import search_published

    console.print(f"{search_published(COURSE)} files searched, no secret line found.")
    return 0


def check_sandbox(options: argparse.Namespace) -> int:
    """Tries every tier and shows what held."""
    from ..sandbox import sandbox, tiers

    tried = [sandbox.probe(tier, options.device) for tier in TIERS]
    names = dict.fromkeys(attempt.name for each in tried for attempt in each.probes)
    table = Table("attempt", *TIERS, box=None, title="what learners' code may try")
    for name in names:
        found = [{a.name: a.held for a in each.probes}.get(name) for each in tried]
        table.add_row(name, *({True: "shut", False: "OPEN", None: "-"}[held] for held in found))
    console.print(table)
    for each in tried:
        console.print(f"{each.tier + ':':<12} {', '.join(each.mechanisms)} {each.problem}".rstrip())
    chosen = tiers.best({each.tier: each for each in tried}.__getitem__, options.device)
    where = "" if options.device == "cpu" else f", on {options.device}"
    console.print(f"Submissions are judged in the tier {chosen.tier}{where}.")
    return 0


def validate_tests(options: argparse.Namespace) -> int:
    """Runs every mistake through every hidden test; 1 where one is not as its header says."""
    from ..authoring.validate_tests import matrix, pairs, show
    from ..judging.judge import Judge

    names = [coded_unit(name).name for name in options.units] or list(coded_units())
    with Judge(b"the matrix is the same for everybody") as judge, progress() as bar:
        row = bar.add_task("units", total=len(names))
        found = []
        for name in names:
            found.append(matrix(name, judge))
            bar.advance(row)
        report = pairs(names, judge, options.pairs) if options.pairs else ""
    for each in found:
        show(each, console)
    mistakes = sum(len(each.caught) for each in found)
    tests = sum(len(each.tests) for each in found)
    right = sum(len(each.right) for each in found)
    faults = sum(len(each.faults) for each in found)
    console.print(
        f"{mistakes} mistakes, {tests} hidden tests, {right} right implementations, {faults} faults"
    )
    if report:
        console.print(report)
    return 1 if faults else 0
