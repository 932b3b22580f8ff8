"""Grading: from submissions on disk to reports, with the journal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bnlab.kit.course import Unit
from bnlab.kit.course import unit as find_unit

from ..core.report import FORMAT, Report, as_data, from_data
from ..grading.jobs import Job, Result
from ..judging.quiz import grade_quiz
from ..sandbox.tiers import TIERS
from .journal import Journal, key_of
from .notebooks import Notebook, read_notebook
from .points import in_points_of
from .submissions import Submission

if TYPE_CHECKING:
    from pathlib import Path

    from ..judging.judge import Judge

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Graded:
    """A submission and the report on it.

    Attributes:
        notebook: what its notebook answers; None if it was not read.
    """

    submission: Submission
    report: Report
    notebook: Notebook | None = None


def judge_submission(
    judge: Judge,
    submission: Submission,
    secret: bytes = b"",
    journal: Journal | None = None,
    unit: Unit | None = None,
) -> Report:
    """Return the report on one submission, from the journal or from a judge of this process.

    Args:
        judge: a judge with the course secret, for the CPU.
        secret: the course secret; needed if there is a journal.
        journal: what was judged before, and where the report is added.
        unit: its unit with the points of the course; without it they are those of the kit.
    """
    source, problem = submission.source()
    key, report = "", None
    if journal is not None:
        key = key_of(submission.unit, source, problem, secret)
        report = journal.known(submission.learner, submission.unit, key)
    if report is None:
        report = judge.judge(submission.unit, source, problem)
        if journal is not None:
            journal.add(submission.learner, submission.unit, key, report)
    return _completed(report, submission, unit or find_unit(submission.unit)).report


def grade(
    submissions: Sequence[Submission],
    secret: bytes,
    run: Callable[[Sequence[Job]], Iterator[Result]],
    journal: Journal | None = None,
    force: bool = False,
    progress: Callable[[Graded], None] = lambda _: None,
    device: str = "cpu",
    units: Mapping[str, Unit] | None = None,
) -> list[Graded]:
    """Grade a class; submissions that the journal knows are not judged again.

    Args:
        submissions: what learners handed in.
        secret: the course secret.
        run: `JudgePool.run`, or its counterpart for a Dask cluster.
        journal: what was judged before, and where each new report is added at once.
        force: also judge what the journal knows.
        progress: called with each result as soon as it is there; those with a large notebook come
            last, when all judges are done.
        device: where learners' code runs in the units that run on a GPU, "cpu" or "cuda".
        units: the units with the points of the course; of others they are those of the kit.

    Returns:
        One result for each submission, in the order of `submissions`.
    """
    graded: dict[tuple[str, str], Graded] = {}
    by_name = {(each.learner, each.unit): each for each in submissions}
    keys: dict[tuple[str, str], str] = {}
    jobs = []
    waiting: list[tuple[tuple[str, str], Report]] = []

    def take(name: tuple[str, str], report: Report) -> None:
        if by_name[name].has_large_notebook():
            waiting.append((name, report))  # its parse takes seconds, in which no judge is served
        else:
            complete(name, report)

    def complete(name: tuple[str, str], report: Report) -> None:
        unit = (units or {}).get(name[1]) or find_unit(name[1])
        graded[name] = _completed(report, by_name[name], unit)
        progress(graded[name])

    for name, submission in by_name.items():
        source, problem = submission.source()
        unit = find_unit(submission.unit)
        keys[name] = key_of(unit.name, source, problem, secret, unit.device_on(device))
        known = journal.known(*name, keys[name]) if journal and not force else None
        if known is None:
            jobs.append(Job(*name, source, problem))
        else:
            take(name, known)
    log.info("%d of %d submissions are in the journal", len(by_name) - len(jobs), len(by_name))
    for job, report in run(jobs):
        name = (job.learner, job.unit)
        if journal and report.judged:
            journal.add(*name, keys[name], report)
        take(name, report)
    for name, report in waiting:
        complete(name, report)
    return [graded[name] for name in by_name]


def graded_before(
    submissions: Sequence[Submission], secret: bytes, journal: Journal, units: Mapping[str, Unit]
) -> tuple[list[Graded], list[Submission]]:
    """Return the submissions that the journal knows as they are now, and the others."""
    graded, others = [], []
    for each in submissions:
        source, problem = each.source()
        key = key_of(each.unit, source, problem, secret)
        report = journal.known(each.learner, each.unit, key)
        if report is None:
            others.append(each)
        else:
            graded.append(_completed(report, each, units[each.unit]))
    return graded, others


def _completed(report: Report, submission: Submission, unit: Unit) -> Graded:
    """Return a submission with the report on its module, and what its notebook adds to it."""
    notebook = read_notebook(unit, submission)
    remarks = report.remarks
    if others := submission.others(notebook.name):
        remarks += (f"other files in the folder, neither read nor copied: {others}.",)
    quiz = grade_quiz(unit.name, notebook.quiz)
    full = replace(report, quiz=quiz, remarks=remarks, notebook_problem=notebook.problem)
    return Graded(submission, in_points_of(unit, full), notebook)


def weakest_tier(reports: Sequence[Report]) -> str:
    """Return the weakest tier in which code of a learner ran; "" if no code ran."""
    tiers = (report.sandbox for report in reports if report.sandbox)
    return max(tiers, key=TIERS.index, default="")


def class_data(graded: Sequence[Graded]) -> dict[str, Any]:
    """Return the class as the plain data of `grades.json`."""
    learners: dict[str, dict[str, Any]] = {}
    for each in graded:
        row = learners.setdefault(each.submission.learner, {})
        row[each.submission.unit] = as_data(each.report)
    tier = weakest_tier([each.report for each in graded])
    return {"format": FORMAT, "learners": learners, "sandbox": tier}


def from_class_data(data: dict[str, Any], folder: Path) -> list[Graded]:
    """Return the class that `class_data` turned into `data`; no file is read.

    Args:
        folder: the folder with `<learner>/<unit>/`.
    """
    return [
        Graded(Submission(learner, name, folder / learner / name), from_data(Report, reports[name]))
        for learner, reports in sorted(data["learners"].items())
        for name in sorted(reports, key=lambda name: find_unit(name).number)
    ]
