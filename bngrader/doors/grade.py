"""The verbs `grade` and `merge`: a class, or a part of it, judged, shown, written, recorded."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from bnlab.kit.tasks import stem, stems

from ..classroom.course import COURSE
from ..classroom.shards import Shard, part
from ..ground.submission import Submission, printable
from .screen import console, progress, shown

if TYPE_CHECKING:
    from ..classroom.course import Graded


def grade_class(options: argparse.Namespace) -> int:
    """Judges a class, or a part of it; 1 where something could not be judged or recorded."""
    from ..classroom import course, feedback
    from ..ground import submission

    shard = Shard.parse(options.shard) if options.shard else None
    if shard and (options.gradebook or not options.json):
        raise ValueError("grade: --shard has no --json, or a --gradebook, expected a part's file.")
    if options.jobs is not None and options.jobs < 1:
        raise ValueError(f"grade: -j is {options.jobs}, expected at least 1.")
    wanted = {stem(name).name for name in options.stem} if options.stem else set(stems())
    if options.scheduler and options.device == "auto":
        raise ValueError(
            "grade: --device is auto, expected cpu or cuda with --scheduler: machines may differ."
        )
    for path in filter(None, (options.json, options.html)):
        course.check_writable(path)
    found, notes = submission.find(options.folder)
    found = [each for each in found if each.stem in wanted]
    mine = [each for each in found if not shard or shard.holds(each.learner, each.stem)]
    secret = course.course_secret()
    if options.gradebook:
        from . import gradebook

        gradebook.check_ready(found)
    device = options.device if options.scheduler else _device(options)
    graded = _judged(options, mine, secret, device)
    data = course.as_data(graded)
    if options.json:
        whole = part(data, shard, found, secret, device) if shard else data
        course.write_atomically(options.json, course.as_text(whole))
    feedback.show_class(graded, notes, console)
    unrecorded = _record(graded) if options.gradebook else []
    if options.html:
        course.write_atomically(options.html, feedback.class_page(graded, notes))
    for what, path in (("verdicts", options.json), ("tables", options.html)):
        if path:
            console.print(f"{what}:  {shown(path)}")
    return 0 if all(each.judged for each in graded) and not unrecorded else 1


def merge_parts(options: argparse.Namespace) -> int:
    """Puts the parts of a class together; 1 where something could not be recorded."""
    from ..classroom import course, feedback, shards

    unrecorded: list[str] = []
    data = shards.merge(options.parts)
    if options.json:
        course.check_writable(options.json)
        course.write_atomically(options.json, course.as_text(data))
    graded = course.from_data(data)
    if options.gradebook:
        from . import gradebook

        gradebook.check_ready([each.submission for each in graded])
        unrecorded = _record(graded)
    feedback.show_class(graded, [], console)
    return 1 if unrecorded else 0


def _judged(
    options: argparse.Namespace, mine: list[Submission], secret: bytes, device: str
) -> list[Graded]:
    """The class, judged here or on a cluster, with a bar while it lasts."""
    from ..classroom import cluster
    from ..classroom.course import grade
    from ..classroom.engine import Engine, Setting
    from ..classroom.journal import Journal

    setting = Setting(secret, COURSE / "mistakes", _tier(options), device=device)
    name = f"journal-{options.shard.replace('/', '-of-')}" if options.shard else "journal"
    with (
        Journal(COURSE / f"{name}.jsonl") as journal,
        Engine(setting, options.jobs) as engine,
        progress() as bar,
    ):
        run = engine.run
        if options.scheduler:
            run = partial(cluster.run, setting=setting, address=options.scheduler)
        row = bar.add_task("judging", total=len(mine))

        def seen(each: Graded) -> None:
            bar.advance(row)
            if not each.judged:
                where = printable(f"{each.submission.learner}/{each.submission.stem}")
                bar.console.print(f"{where}: {each.report.problem}", soft_wrap=True, markup=False)

        graded = grade(mine, secret, run, journal, options.again, seen, device)
    if journal.fault:
        console.print(journal.fault, soft_wrap=True, markup=False)
    return graded


def _record(graded: list[Graded]) -> list[str]:
    """Gradebook and feedback, with a bar for each; a line for whatever nbgrader could not take."""
    from . import gradebook

    names = list(dict.fromkeys(each.submission.stem for each in graded))
    with progress() as bar:
        row = bar.add_task("gradebook", total=len(names))
        lines = gradebook.record(graded, lambda name: bar.advance(row))
        row = bar.add_task("feedback", total=len(names))
        lines += gradebook.write_feedback(names, lambda name: bar.advance(row))
    console.print("\n".join(lines), soft_wrap=True, markup=False, end="\n" if lines else "")
    return lines


def _device(options: argparse.Namespace) -> str:
    """Where the torch stems run; tried, unless it is the CPU."""
    if options.device == "cpu":
        return "cpu"
    from ..border.sandbox import settled

    return settled(options.device, _tier(options))


def _tier(options: argparse.Namespace) -> str | None:
    return "none" if options.i_trust_these_submissions else options.tier
