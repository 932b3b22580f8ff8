"""The verbs `grade` and `merge`: a class, or a part of it, judged, shown, written, recorded."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from bnlab.kit.course import unit, units

from ..core.submission import Submission, printable
from ..course.course import COURSE
from ..grading.shards import Shard, part
from .console import console, progress, shown

if TYPE_CHECKING:
    from ..course.course import Graded


def grade_class(options: argparse.Namespace) -> int:
    """Judges a class, or a part of it; 1 where something could not be judged or recorded."""
    from ..core import submission
    from ..course import course, reports

    shard = Shard.parse(options.shard) if options.shard else None
    if shard and (options.gradebook or not options.json):
        raise ValueError("grade: --shard has no --json, or a --gradebook, expected a part's file.")
    if options.jobs is not None and options.jobs < 1:
        raise ValueError(f"grade: -j is {options.jobs}, expected at least 1.")
    wanted = {unit(name).name for name in options.unit} if options.unit else set(units())
    if options.scheduler and options.device == "auto":
        raise ValueError(
            "grade: --device is auto, expected cpu or cuda with --scheduler: machines may differ."
        )
    for path in filter(None, (options.json, options.html)):
        course.check_writable(path)
    found, notes = submission.find(options.folder)
    found = [each for each in found if each.unit in wanted]
    mine = [each for each in found if not shard or shard.holds(each.learner, each.unit)]
    secret = course.course_secret()
    if options.gradebook:
        from ..gradebook import gradebook

        gradebook.check_ready(found)
    device = options.device if options.scheduler else _device(options)
    graded = _judged(options, mine, secret, device)
    data = course.as_data(graded)
    if options.json:
        whole = part(data, shard, found, secret, device) if shard else data
        course.write_atomically(options.json, course.as_text(whole))
    reports.show_class(graded, notes, console)
    unrecorded = _record(graded) if options.gradebook else []
    if options.html:
        course.write_atomically(options.html, reports.class_page(graded, notes))
    for what, path in (("verdicts", options.json), ("tables", options.html)):
        if path:
            console.print(f"{what}:  {shown(path)}")
    return 0 if all(each.judged for each in graded) and not unrecorded else 1


def merge_parts(options: argparse.Namespace) -> int:
    """Puts the parts of a class together; 1 where something could not be recorded."""
    from ..course import course, reports
    from ..grading import shards

    unrecorded: list[str] = []
    data = shards.merge(options.parts)
    if options.json:
        course.check_writable(options.json)
        course.write_atomically(options.json, course.as_text(data))
    graded = course.from_data(data)
    if options.gradebook:
        from ..gradebook import gradebook

        gradebook.check_ready([each.submission for each in graded])
        unrecorded = _record(graded)
    reports.show_class(graded, [], console)
    return 1 if unrecorded else 0


def _judged(
    options: argparse.Namespace, mine: list[Submission], secret: bytes, device: str
) -> list[Graded]:
    """The class, judged here or on a cluster, with a bar while it lasts."""
    from ..course.course import grade
    from ..course.journal import Journal
    from ..grading import dask_cluster
    from ..grading.pool import JudgePool, Settings

    settings = Settings(secret, COURSE / "mistakes", _tier(options), device=device)
    name = f"journal-{options.shard.replace('/', '-of-')}" if options.shard else "journal"
    with (
        Journal(COURSE / f"{name}.jsonl") as journal,
        JudgePool(settings, options.jobs) as engine,
        progress() as bar,
    ):
        run = engine.run
        if options.scheduler:
            run = partial(dask_cluster.run, settings=settings, address=options.scheduler)
        row = bar.add_task("judging", total=len(mine))

        def seen(each: Graded) -> None:
            bar.advance(row)
            if not each.judged:
                where = printable(f"{each.submission.learner}/{each.submission.unit}")
                bar.console.print(f"{where}: {each.report.problem}", soft_wrap=True, markup=False)

        graded = grade(mine, secret, run, journal, options.force, seen, device)
    if journal.fault:
        console.print(journal.fault, soft_wrap=True, markup=False)
    return graded


def _record(graded: list[Graded]) -> list[str]:
    """Gradebook and feedback, with a bar for each; a line for whatever nbgrader could not take."""
    from ..gradebook import gradebook

    names = list(dict.fromkeys(each.submission.unit for each in graded))
    with progress() as bar:
        row = bar.add_task("gradebook", total=len(names))
        lines = gradebook.record(graded, lambda name: bar.advance(row))
        row = bar.add_task("feedback", total=len(names))
        lines += gradebook.write_feedback(names, lambda name: bar.advance(row))
    console.print("\n".join(lines), soft_wrap=True, markup=False, end="\n" if lines else "")
    return lines


def _device(options: argparse.Namespace) -> str:
    """Where the torch units run; tried, unless it is the CPU."""
    if options.device == "cpu":
        return "cpu"
    from ..sandbox.sandbox import resolve_device

    return resolve_device(options.device, _tier(options))


def _tier(options: argparse.Namespace) -> str | None:
    return "none" if options.i_trust_these_submissions else options.sandbox
