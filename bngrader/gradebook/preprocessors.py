"""nbgrader, with our judge in place of the learner's kernel.

The notebook a learner hands in is never run and, but for the answers to its quiz and its written
question, never used: the exporter rebuilds it from the pristine one. `Verdicts` stands where
nbgrader executes cells and writes into each check cell the verdicts as text and the points as its
result; into each quiz cell, what was answered and why it is right or not.
"""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from bnlab.kit.course import Unit, units
from bnlab.kit.quiz_cells import cell_text

from ..authoring.notebooks import build
from ..core.report import Report
from ..core.submission import Submission
from ..course.course import COURSE, course_secret, judge_submission
from ..course.reports import quiz_feedback, task_feedback
from ..judging.judge import Judge
from ..judging.quiz import quiz_of

MAX_ANSWER = 20_000


@cache
def _judge() -> Judge:
    """One warm judge for the whole command."""
    judge = Judge(course_secret(), cache_dir=COURSE / "mistakes")
    atexit.register(judge.close)
    return judge


KNOWN: dict[tuple[str, str], Report] = {}
"""Reports that are there already: what has been judged once is not judged again."""


def report_on(learner: str, unit: str, folder: Path) -> Report:
    """The report on a submission; judged once per command."""
    key = (learner, unit)
    if key not in KNOWN:
        KNOWN[key] = judge_submission(_judge(), Submission(learner, unit, folder))
    return KNOWN[key]


class Verdicts(NbGraderPreprocessor):
    """Writes verdicts and points into the check and quiz cells; runs nothing."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The notebook with an output in each check cell and each quiz cell."""
        details = resources["nbgrader"]
        learner, unit = details["student"], details["assignment"]
        folder = COURSE / "submitted" / learner / unit
        report = report_on(learner, unit, folder)
        tasks = {f"check-{each.task.replace('.', '-')}": each for each in report.tasks}
        quiz = {
            f"quiz-{each.question}": each for each in quiz_of(Submission(learner, unit, folder))
        }
        for cell in nb.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if grade_id in tasks:
                task = tasks[grade_id]
                cell.outputs = _outputs(task_feedback(task), task.points, task.max_points)
            elif grade_id in quiz:
                mark = quiz[grade_id]
                cell.source = f"{mark.question} = {mark.answer or None}"
                cell.outputs = _outputs(quiz_feedback(mark), mark.points, mark.max_points)
        return nb, resources


def _outputs(text: str, earned: float, most: float) -> list[Any]:
    """nbgrader takes the first result as the points; silence would be full marks."""
    points = min(max(float(earned), 0.0), float(most))
    return [
        nbformat.v4.new_output("stream", name="stdout", text=text),
        nbformat.v4.new_output("execute_result", data={"text/plain": repr(points)}),
    ]


class OpenQuiz(NbGraderPreprocessor):
    """Lets quiz cells be edited, which nbgrader's own locking of graded cells does not."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """The cell, and not read-only where it is a quiz cell."""
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("quiz-"):
            cell.metadata.pop("editable", None)
        return cell, resources


class PristineExporter(NotebookExporter):
    """Reads a submitted notebook as the pristine one with the learner's written answer in it.

    Duplicated cells, flipped flags, tags, attachments, another kernel, invalid JSON: none of it
    is there any more, so none of it can stop a class or earn a mark.
    """

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """As nbconvert's, for a notebook of ours under submitted/; unchanged for any other."""
        path = Path(filename).absolute()
        unit = units().get(path.parent.name)
        if unit is None or path.parent.parent.parent != COURSE / "submitted":
            return super().from_filename(filename, resources=resources, **kw)
        text, _ = Submission(path.parent.parent.name, unit.name, path.parent).notebook()
        resources = self._init_resources(resources)
        resources["metadata"].setdefault("name", path.stem)
        return self.from_notebook_node(pristine(unit, text), resources=resources, **kw)


def pristine(unit: Unit, submitted: str | None) -> Any:
    """The notebook of a unit with the learner's written answer, if there is one, as inert text."""
    notebook = build(unit)
    answer = cell_text(submitted, f"written-{unit.name}", MAX_ANSWER).strip()
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and answer not in ("", cell.source):
            cell.source = inert(answer)
    return notebook


def inert(text: str) -> str:
    """A learner's words as a code block: markdown, HTML and scripts in it stay words."""
    lines = ["".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines()]
    longest = max((len(run) for line in lines for run in _backticks(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def _backticks(line: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in line).split() if run]
