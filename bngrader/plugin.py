"""nbgrader, with our judge in place of the learner's kernel.

The notebook a learner hands in is never run and, but for the written answer, never used: the
exporter rebuilds it from the pristine one. `Verdicts` stands where nbgrader executes cells and
writes into each check cell the verdicts as text and the points as its result.
"""

from __future__ import annotations

import atexit
import json
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from bnlab.kit.tasks import Stem, stems

from .course import COURSE, course_secret, judge_submission
from .feedback import task_feedback
from .judge import Judge
from .model import Report
from .notebooks import build
from .submission import Submission

MAX_ANSWER = 20_000


@cache
def _judge() -> Judge:
    """One warm judge for the whole command."""
    judge = Judge(course_secret())
    atexit.register(judge.close)
    return judge


KNOWN: dict[tuple[str, str], Report] = {}
"""Reports that are there already: what has been judged once is not judged again."""


def report_on(learner: str, stem: str, folder: Path) -> Report:
    """The report on a submission; judged once per command."""
    key = (learner, stem)
    if key not in KNOWN:
        KNOWN[key] = judge_submission(_judge(), Submission(learner, stem, folder))
    return KNOWN[key]


class Verdicts(NbGraderPreprocessor):
    """Writes verdicts and points into the check cells; runs nothing."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The notebook with an output in each check cell."""
        details = resources["nbgrader"]
        learner, stem = details["student"], details["assignment"]
        report = report_on(learner, stem, COURSE / "submitted" / learner / stem)
        by_cell = {f"check-{task.task.replace('.', '-')}": task for task in report.tasks}
        for cell in nb.cells:
            marks = cell.metadata.get("nbgrader", {})
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            task = by_cell.get(marks.get("grade_id"))
            if task is None:
                continue
            # nbgrader takes the first result as the points; silence would be full marks.
            points = min(max(float(task.points), 0.0), float(task.max_points))
            cell.outputs = [
                nbformat.v4.new_output("stream", name="stdout", text=task_feedback(task)),
                nbformat.v4.new_output("execute_result", data={"text/plain": repr(points)}),
            ]
        return nb, resources


class PristineExporter(NotebookExporter):
    """Reads a submitted notebook as the pristine one with the learner's written answer in it.

    Duplicated cells, flipped flags, tags, attachments, another kernel, invalid JSON: none of it
    is there any more, so none of it can stop a class or earn a mark.
    """

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """As nbconvert's, for a notebook of ours under submitted/; unchanged for any other."""
        path = Path(filename).absolute()
        stem = stems().get(path.parent.name)
        if stem is None or path.parent.parent.parent != COURSE / "submitted":
            return super().from_filename(filename, resources=resources, **kw)
        text, _ = Submission(path.parent.parent.name, stem.name, path.parent).notebook()
        resources = self._init_resources(resources)
        resources["metadata"].setdefault("name", path.stem)
        return self.from_notebook_node(pristine(stem, text), resources=resources, **kw)


def pristine(stem: Stem, submitted: str | None) -> Any:
    """The notebook of a stem with the learner's written answer, if there is one, as inert text."""
    notebook = build(stem)
    answer = _written_answer(submitted, f"written-{stem.name}")
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and answer not in ("", cell.source):
            cell.source = inert(answer)
    return notebook


def _written_answer(submitted: str | None, grade_id: str) -> str:
    try:
        cells = json.loads(submitted or "{}").get("cells", [])
        for cell in cells:
            if cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") == grade_id:
                source = cell.get("source", "")
                text = "".join(source) if isinstance(source, list) else source
                return text[:MAX_ANSWER].strip() if isinstance(text, str) else ""
    except (ValueError, AttributeError, TypeError, RecursionError):
        pass
    return ""


def inert(text: str) -> str:
    """A learner's words as a code block: markdown, HTML and scripts in it stay words."""
    lines = ["".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines()]
    longest = max((len(run) for line in lines for run in _backticks(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def _backticks(line: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in line).split() if run]
