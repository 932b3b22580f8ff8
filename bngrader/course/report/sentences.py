"""The summary of a class report in sentences, and the lines of what needs a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...core.report import Status
from ...core.text import count, printable
from ..grade import Graded
from .situation import Situation
from .statistics import ClassStatistics, MistakeRow

TOP_MISTAKES = 3
_LIMIT = re.compile(r"took longer than|process ended")


def summary(found: ClassStatistics, around: Situation, lines: int) -> list[str]:
    """Return what to say in the next lecture, the most important first.

    Args:
        found: the statistics.
        around: the class.
        lines: how many lines need a person.
    """
    if not found.units:
        return ["Nobody has handed in anything yet."]
    everybody = len(found.learners)
    some = sum(bool(row.points) for row in found.learners)
    said = [mistake_sentence(row) for row in found.mistakes[:TOP_MISTAKES] if len(row.learners) > 1]
    hard = min(found.items, key=lambda row: row.difficulty, default=None)
    if hard is not None and hard.difficulty < 0.9:
        text = f"The hardest is {hard.item} of {hard.unit}: the mean share of its points is "
        text += f"{hard.difficulty:.0%}."
        if hard.lost[1]:
            text += f" {hard.lost[1]} of {hard.submissions} fail this: {hard.lost[0]}."
        said.append(text)
    said.append(f"{some} of {count(everybody, 'learner')} handed in something.")
    if behind := found.behind:
        missing = sum(bool(row.missing) for row in behind)
        said.append(
            f"{count(len(behind), 'learner')} fell behind: {missing} with a unit that is missing, "
            f"{len(behind) - missing} with less than half of the points."
        )
    if lines:
        said.append(f"{count(lines, 'line')} below need a person.")
    return said


def mistake_sentence(row: MistakeRow) -> str:
    """Return a sentence on a mistake: `31 of 60 in moments: Your variance is divided by N - 1.`"""
    first = re.split(r"(?<=[.!?])\s", row.hint, maxsplit=1)[0]
    return f"{len(row.learners)} of {row.of} in {row.unit}: “{first}”"


def for_a_person(graded: Sequence[Graded], around: Situation) -> list[tuple[str, str, str]]:
    """Return kind, learner and unit, and text of what a person must look at."""
    lines: list[tuple[str, str, str]] = []
    for each in graded:
        report = each.report
        where = f"{printable(each.submission.learner)}/{each.submission.unit}"
        if report.status is Status.NOT_JUDGED:
            lines.append(("not graded", where, report.problem))
        elif report.problem:
            lines.append(("module", where, report.problem))
        if report.notebook_problem:
            lines.append(("notebook", where, report.notebook_problem))
        limits = {
            verdict.problem for task in report.tasks for verdict in task.verdicts
            if _LIMIT.search(verdict.problem)
        }  # fmt: skip
        lines += [("limit", where, text) for text in sorted(limits)[:1]]
        lines += [("remark", where, text) for text in report.remarks]
    lines += [("written", unit, f"{count(number, 'answer')} to mark in the formgrader.")
              for unit, number in around.waiting.items() if number]  # fmt: skip
    lines += [("folder", "", note) for note in around.notes]
    return lines
