"""A report in the form that Gradescope shows, `results.json`.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/ ("Output format").
`docs/schemas/gradescope-results.schema.json` is that page as a schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bnlab.kit.course import unit as find_unit

from ..core.errors import GraderError
from ..core.report import QuizMark, Report, TaskReport
from ..core.text import count

VISIBLE, LATER, HIDDEN = "visible", "after_due_date", "hidden"
"""Who sees a test: everybody at once, learners after the last due date, the instructor only."""


def results(report: Report, book: str = "") -> dict[str, Any]:
    """Return a report as the content of `results.json`.

    Tasks are shown at once, quiz answers after the due date, because they could be tried one by
    one, and remarks to the instructor only. Nothing says what the right answer is.

    Args:
        book: the address of the pages of the book, "" for links without one.

    Raises:
        GraderError: the grader failed, so the points are no mark.
    """
    if not report.judged:
        raise GraderError(f"{report.unit}: could not be judged: {report.problem}")
    tests = [_task(each, book) for each in report.tasks]
    tests += [_question(each) for each in report.quiz]
    if report.remarks:
        tests.append(
            {
                "name": "For the instructor",
                "output": "\n".join(report.remarks),
                "status": "passed",
                "visibility": HIDDEN,
            }
        )
    return {
        "output": "\n".join(_notes(report)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": HIDDEN,
        "extra_data": {"unit": report.unit, "sandbox": report.sandbox},
        "tests": tests,
    }


def _notes(report: Report) -> Iterator[str]:
    """Yield what concerns the whole submission."""
    yield from filter(None, (report.problem, report.notebook_problem))
    unit = find_unit(report.unit)
    if unit.written:
        points = count(unit.written, "point")
        yield f"The written answer is not part of these points: a person marks it ({points})."
    if unit.quiz:
        yield "The points of the quiz are shown after the due date, and with them the sum."


def _task(task: TaskReport, book: str) -> dict[str, Any]:
    return {
        "name": task.task,
        "score": task.points,
        "max_score": task.max_points,
        "status": "passed" if task.full else "failed",
        "output": "\n".join(_lines(task, book)),
        "visibility": VISIBLE,
    }


def _lines(task: TaskReport, book: str) -> Iterator[str]:
    for verdict in task.verdicts:
        yield f"{'passed' if verdict.passed else 'failed'}  {verdict.property}"
        if verdict.problem:
            yield f"        {verdict.problem}"
    if not task.verdicts:
        yield "No test ran."
    for mistake in task.mistakes:
        page = f" In the book: {book}{mistake.page}" if mistake.page else ""
        yield f"This looks like a known mistake. {mistake.hint}{page}"
    if task.uses:
        yield f"The failed tests also use {', '.join(task.uses)}; it may be the cause."


def _question(mark: QuizMark) -> dict[str, Any]:
    read = f"Your answer was read as {mark.answer}." if mark.answer else "No answer could be read."
    return {
        "name": f"quiz: {mark.question}",
        "score": mark.points,
        "max_score": mark.max_points,
        "status": "passed" if mark.points == mark.max_points else "failed",
        "output": read,
        "visibility": LATER,
    }


def text(data: dict[str, Any]) -> str:
    """Return the text of `results.json`."""
    return json.dumps(data, indent=1) + "\n"
