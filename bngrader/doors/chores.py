"""What the verbs do beside grading: make, release, collect, search, prove, try the lock."""

from __future__ import annotations

import argparse

from rich.table import Table

from bnlab.kit.tasks import coded_stem, coded_stems, stems

from ..border.protection import TIERS
from ..classroom.course import COURSE
from .screen import console, progress, shown


def make_exercises(_: argparse.Namespace) -> int:
    """Makes skeletons and notebooks from the solutions."""
    from ..workshop.release import write_products

    changed = write_products()
    console.print("\n".join(changed) or "exercises: everything is as it must be.")
    return 0


def make_release(_: argparse.Namespace) -> int:
    """Makes the handout, and nbgrader's assignments."""
    from ..workshop.release import built_book, release
    from .gradebook import make_assignments

    archive = release(COURSE, book=built_book())
    with progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(stems()))
        make_assignments(lambda name: bar.advance(row))
    console.print(f"Give this to learners:  {shown(archive)}")
    return 0


def make_sample(options: argparse.Namespace) -> int:
    """Writes a synthetic class."""
    from ..workshop.sample import make_class

    written = make_class(options.folder, options.seed, options.per_learner)
    learners = {name.partition("/")[0] for name in written}
    console.print(
        f"{len(written)} submissions by {len(learners)} learners in {shown(options.folder)}"
    )
    return 0


def collect_zips(options: argparse.Namespace) -> int:
    """Takes in what learners handed in; 1 where something was refused."""
    from ..classroom.collect import collect

    lines = collect(options.places, options.into, options.time)
    console.print("\n".join(lines), soft_wrap=True, markup=False)
    refused = sum(": refused, " in line for line in lines)
    console.print(f"{len(lines) - refused} lines, {refused} refused, in {shown(options.into)}")
    return 1 if refused else 0


def search_secrets(_: argparse.Namespace) -> int:
    """Searches what learners and readers see for lines of answers."""
    from ..workshop.release import search_published

    console.print(f"{search_published(COURSE)} files searched, no secret line found.")
    return 0


def try_protection(options: argparse.Namespace) -> int:
    """Tries every tier and shows what held."""
    from ..border import protection, sandbox

    tried = [sandbox.probe(tier, options.device) for tier in TIERS]
    names = dict.fromkeys(attempt.name for each in tried for attempt in each.attempts)
    table = Table("attempt", *TIERS, box=None, title="what learners' code may try")
    for name in names:
        found = [{a.name: a.held for a in each.attempts}.get(name) for each in tried]
        table.add_row(name, *({True: "shut", False: "OPEN", None: "-"}[held] for held in found))
    console.print(table)
    for each in tried:
        console.print(f"{each.tier + ':':<12} {', '.join(each.layers)} {each.problem}".rstrip())
    chosen = protection.best({each.tier: each for each in tried}.__getitem__, options.device)
    where = "" if options.device == "cpu" else f", on {options.device}"
    console.print(f"Submissions are judged in the tier {chosen.tier}{where}.")
    return 0


def prove_tests(options: argparse.Namespace) -> int:
    """Runs every mistake through every hidden test; 1 where one is not as its header says."""
    from ..judging.judge import Judge
    from ..workshop.matrix import matrix, pairs, show

    names = [coded_stem(name).name for name in options.stems] or list(coded_stems())
    with Judge(b"the matrix is the same for everybody") as judge, progress() as bar:
        row = bar.add_task("stems", total=len(names))
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
