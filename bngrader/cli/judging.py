"""What the subcommands that judge share: which submissions, where the code runs, the progress."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from bnlab.kit.course import did_you_mean, unit

from ..core.errors import GraderError
from ..core.text import printable
from ..sandbox.tiers import TIERS
from .console import print_lines, progress
from .options import add_units, private_paths

if TYPE_CHECKING:
    from ..course.course import Course
    from ..course.grade import Graded
    from ..course.submissions import Submission
    from ..grading.jobs import Job, Result, Settings

DEVICES = ("cpu", "cuda", "auto")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add `--unit` and `--only`."""
    add_units(parser)
    parser.add_argument(
        "--only", action="append", metavar="LEARNER[/UNIT]",
        help="only this learner, or this unit of the learner; may be repeated",
    )  # fmt: skip


def add_judging(parser: argparse.ArgumentParser) -> None:
    """Add the options on where learners' code runs."""
    parser.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="judge processes (default: one per core)"
    )
    parser.add_argument(
        "--device", choices=DEVICES, default="cpu", help="where torch code runs (default: cpu)"
    )
    isolation = parser.add_mutually_exclusive_group()
    isolation.add_argument(
        "--sandbox", choices=TIERS[:-1],
        help="sandbox tier for learners' code (default: the best that holds here)",
    )  # fmt: skip
    isolation.add_argument(
        "--i-trust-these-submissions",
        action="store_true",
        help="run learners' code without a sandbox",
    )


def check_units(options: argparse.Namespace) -> None:
    """Raise an error if `--unit` names no unit.

    Raises:
        CourseError: naming the similar one.
    """
    for name in options.unit or ():
        unit(name)


def selected(
    options: argparse.Namespace, course: Course, found: Sequence[Submission]
) -> list[Submission]:
    """Return the submissions that `--unit` and `--only` choose.

    Raises:
        GraderError: a learner has handed in nothing, or not this unit; or nobody has.
        CourseError: a unit is unknown.
    """
    wanted = set(options.unit or course.units())
    names: set[tuple[str, str]] = set()
    for text in options.only or ():
        names |= _named(text, found)
    mine = [e for e in found if not options.only or (e.learner, e.unit) in names]
    chosen = [each for each in mine if each.unit in wanted]
    if options.unit and not chosen:
        there = ", ".join(sorted({each.unit for each in mine}))
        raise GraderError(f"--unit {' '.join(options.unit)}: handed in is only {there}.")
    return chosen


def _named(text: str, found: Sequence[Submission]) -> set[tuple[str, str]]:
    """Return learner and unit of the submissions that a text of `--only` names."""
    learner, _, of = text.rstrip("/").partition("/")
    own = {(each.learner, each.unit) for each in found if each.learner == learner}
    if not own:
        learners = {each.learner for each in found}
        raise GraderError(
            f"--only names {printable(learner)!r}, who has handed in nothing"
            f"{did_you_mean(learner, learners)}"
        )
    if not of:
        return own
    if (learner, unit(of).name) not in own:
        units = ", ".join(name for _, name in sorted(own))
        raise GraderError(f"--only names {printable(text)!r}; {learner} has handed in {units}.")
    return {(learner, of)}


def judged(
    options: argparse.Namespace,
    course: Course,
    mine: Sequence[Submission],
    secret: bytes,
    device: str,
) -> list[Graded]:
    """Return the reports, judged here or on a cluster, and show the progress."""
    from ..course.grade import grade
    from ..course.journal import Journal
    from ..grading.jobs import Settings

    settings = Settings(
        secret, course.mistake_cache, tier(options), device=device, private=private_paths(course)
    )
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(course.journal(getattr(options, "shard", "") or "")))
        run = _runner(options, settings, stack)
        bar = stack.enter_context(progress())
        row = bar.add_task("judging", total=len(mine))

        def show(each: Graded) -> None:
            bar.advance(row)
            if not each.report.judged:
                where = printable(f"{each.submission.learner}/{each.submission.unit}")
                line = f"{where}: could not be judged: {each.report.problem}"
                bar.console.print(line, soft_wrap=True, markup=False)

        force = getattr(options, "force", False)
        graded = grade(mine, secret, run, journal, force, show, device, course.units())
    if journal.fault:
        print_lines([journal.fault])
    return graded


def _runner(
    options: argparse.Namespace, settings: Settings, stack: ExitStack
) -> Callable[[Sequence[Job]], Iterator[Result]]:
    """Return the function that judges: of a cluster, or of a judge pool that the stack closes."""
    if getattr(options, "scheduler", None):
        from ..grading import dask_cluster

        return partial(dask_cluster.run, settings=settings, address=options.scheduler)
    from ..grading.pool import JudgePool

    return stack.enter_context(JudgePool(settings, options.jobs)).run


def device_of(options: argparse.Namespace, course: Course) -> str:
    """Return where torch code runs; anything but the CPU is probed."""
    if options.device == "cpu":
        return "cpu"
    from ..sandbox.devices import resolve_device

    return resolve_device(options.device, tier(options), private_paths(course))


def tier(options: argparse.Namespace) -> str | None:
    """Return the sandbox tier that was chosen, None for the best that holds."""
    return "none" if options.i_trust_these_submissions else options.sandbox
