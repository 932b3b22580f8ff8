"""What was recorded of a submission: read from its graded notebook, without nbgrader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bnlab.kit.course import Unit
from bnlab.kit.formats import QUIZ_PREFIX, check_cell_id, quiz_cell_id, written_cell_id

from ..authoring.notebooks import build
from ..core.report import Report
from ..core.text import inert
from ..course.course import Course
from ..course.grade import Graded
from ..course.notebooks import Notebook, read_notebook
from ..course.submissions import Submission
from ..judging.quiz import grade_quiz
from .changes import graded_files
from .database import Name
from .state import content


@dataclass(frozen=True)
class Recorded:
    """A submission as it was recorded.

    Attributes:
        module: text of its module, None without one.
        answers: text of each quiz cell and of the written answer, by the name of the cell.
        verdicts: by the name of a check cell, whether each property holds.
    """

    module: str | None
    answers: dict[str, str]
    verdicts: dict[str, dict[str, bool]]

    def same_work(self, other: Recorded) -> bool:
        """Return whether module and answers are equal. Questions of one alone do not count."""
        shared = self.answers.keys() & other.answers
        return self.module == other.module and all(
            self.answers[cell] == other.answers[cell] for cell in shared
        )


def read_recorded(course: Course, name: Name) -> Recorded | None:
    """Return what was recorded of a submission; None if there is no graded notebook of ours."""
    notebook, module = content(graded_files(course, name))
    return _recorded(notebook, module, name[1])


def read_copies(paths: Iterable[Path], unit: str) -> Recorded | None:
    """Return what copies of a graded notebook and of its module hold, as `read_recorded` does."""
    notebook, module = content(paths)
    return _recorded(notebook, module, unit)


def _recorded(notebook: bytes | None, module: bytes | None, unit: str) -> Recorded | None:
    if notebook is None:
        return None
    answers, verdicts = {}, {}
    try:
        for cell, source, report in _cells(json.loads(notebook)):
            if cell == written_cell_id(unit) or cell.startswith(QUIZ_PREFIX):
                answers[cell] = source
            else:
                rows = report.get("verdicts", ())
                verdicts[cell] = {row["property"]: bool(row["passed"]) for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Recorded(
        None if module is None else module.decode("utf-8", "replace"), answers, verdicts
    )


def _cells(notebook: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the name and the source of each cell with points, and the report on it."""
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade"):
            reports = (each.get("metadata", {}) for each in cell.get("outputs", ()))
            report: dict[str, Any] = next((e["bngrader"] for e in reports if "bngrader" in e), {})
            yield about["grade_id"], "".join(cell["source"]), report


class Present:
    """What submissions of a unit hold now, in the form of `Recorded`.

    Args:
        unit: the unit, with the points of the course.
    """

    def __init__(self, unit: Unit):
        self._unit = unit
        self._cell = written_cell_id(unit.name)
        self._default = next(
            cell.source
            for cell in build(unit).cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") == self._cell
        )

    def marks(self, graded: Graded) -> dict[str, float | None]:
        """Return the automatic mark of each cell; None for one that a person marks."""
        report, notebook = graded.report, self._notebook(graded)
        marks: dict[str, float | None] = {check_cell_id(e.task): e.points for e in report.tasks}
        marks |= {quiz_cell_id(each.question): each.points for each in report.quiz}
        return marks | {self._cell: None if self.wrote(notebook) else 0.0}

    def wrote(self, notebook: Notebook) -> bool:
        """Return whether there is a written answer."""
        return notebook.written not in ("", self._default)

    def answers(self, report: Report, notebook: Notebook) -> dict[str, str]:
        """Return the text of each quiz cell and of the written answer, as it is recorded."""
        answers = {
            quiz_cell_id(e.question): f"{e.question} = {e.answer or None}" for e in report.quiz
        }
        written = inert(notebook.written) if self.wrote(notebook) else self._default
        return answers | {self._cell: written}

    def same(self, recorded: Recorded, graded: Graded) -> bool:
        """Return whether a submission is the one that was recorded."""
        source, _ = graded.submission.source()
        answers = self.answers(graded.report, self._notebook(graded))
        return recorded.same_work(Recorded(source, answers, {}))

    def _notebook(self, graded: Graded) -> Notebook:
        return graded.notebook or read_notebook(self._unit, graded.submission)


def changed(course: Course, submissions: Iterable[Submission]) -> list[Submission]:
    """Return the submissions that are not as they were recorded, new ones among them."""
    present: dict[str, Present] = {}
    found = []
    for each in submissions:
        unit = course.unit(each.unit)
        now = present.setdefault(each.unit, Present(unit))
        recorded = read_recorded(course, (each.learner, each.unit))
        if recorded is None or not now.same(recorded, ungraded(unit, each)):
            found.append(each)
    return found


def ungraded(unit: Unit, submission: Submission) -> Graded:
    """Return a submission with the marks of its quiz alone; its module is not judged."""
    notebook = read_notebook(unit, submission)
    return Graded(
        submission, Report(unit.name, (), quiz=grade_quiz(unit.name, notebook.quiz)), notebook
    )
