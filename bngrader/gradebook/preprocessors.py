"""nbgrader's preprocessors and exporter for this course; `nbgrader_config.py` registers them.

The submitted notebook is never run. `PristineExporter` rebuilds it from our notebook and takes only
the written answer from it. `Verdicts` takes the place of nbgrader's `Execute`: it writes the
verdicts as text and the points as the result into each check cell, and the answer with its
explanation into each quiz cell.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from bnlab.kit.course import Unit, units
from bnlab.kit.formats import QUIZ_PREFIX, check_cell_id, quiz_cell_id, written_cell_id
from bnlab.kit.quiz_cells import cell_text

from ..authoring.notebooks import build
from ..core.errors import GraderError
from ..core.report import Report
from ..course.course import Course
from ..course.grade import judge_submission
from ..course.journal import Journal
from ..course.submissions import Submission
from .feedback import quiz_feedback, task_feedback

if TYPE_CHECKING:
    from ..judging.judge import Judge

MAX_ANSWER_CHARACTERS = 20_000


@cache
def _judge(course: Course) -> Judge:
    """Return the judge of this process for a course."""
    from ..judging.judge import Judge  # imports torch, which most commands of nbgrader do not need

    judge = Judge(course.secret(), cache_dir=course.mistake_cache, private=(course.root,))
    atexit.register(judge.close)
    return judge


def report_on(course: Course, submission: Submission) -> Report:
    """Return the report on a submission, from the journal of the course if it is there.

    The journal is open only meanwhile, because a server may run `nbgrader autograde` many times.
    """
    with ExitStack() as stack:
        journal = None
        with suppress(GraderError):  # in use by `bngrader grade`, or not writable
            journal = stack.enter_context(Journal(course.journal()))
        return judge_submission(_judge(course), submission, course.secret(), journal)


def _course(config: Any) -> Course | None:
    """Return the course of nbgrader's configuration; None if it has none."""
    root = config.CourseDirectory.root if "root" in config.CourseDirectory else None
    return Course(Path(root)) if isinstance(root, str) else None


class Verdicts(NbGraderPreprocessor):
    """Writes verdicts and points into the check and quiz cells; runs no code of the notebook.

    `bngrader grade` supplies the report as `resources["nbgrader"]["report"]`. Without it, as in
    `nbgrader autograde`, the submission is judged.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with an output in each check cell and each quiz cell."""
        report = resources["nbgrader"].get("report") or self._report(resources["nbgrader"])
        tasks = {check_cell_id(each.task): each for each in report.tasks}
        quiz = {quiz_cell_id(each.question): each for each in report.quiz}
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

    def _report(self, names: Any) -> Report:
        course = _course(self.config)
        if course is None:
            raise GraderError("nbgrader: CourseDirectory.root is not set; use nbgrader_config.py.")
        learner, unit = names["student"], names["assignment"]
        return report_on(course, Submission(learner, unit, course.submitted / learner / unit))


def _outputs(text: str, earned: float, most: float) -> list[Any]:
    """Return the outputs of a cell.

    nbgrader takes the first result as the points, and gives full points if there is none.
    """
    points = min(max(float(earned), 0.0), float(most))
    return [
        nbformat.v4.new_output("stream", name="stdout", text=text),
        nbformat.v4.new_output("execute_result", data={"text/plain": repr(points)}),
    ]


class OpenQuiz(NbGraderPreprocessor):
    """Makes quiz cells editable again, after nbgrader's `LockCells` has locked all graded cells."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Return the cell, editable if it is a quiz cell."""
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith(QUIZ_PREFIX):
            cell.metadata.pop("editable", None)
        return cell, resources


class PristineExporter(NotebookExporter):
    """Reads our notebook with the learner's written answer instead of a submitted notebook.

    So duplicated cells, changed metadata, tags, attachments, another kernel or invalid JSON in a
    submitted notebook cannot stop nbgrader and cannot earn points.
    """

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Return what nbconvert returns for our notebook, or for a file that is no submission."""
        path, course = Path(filename).absolute(), _course(self.config)
        unit = units().get(path.parent.name)
        if unit is None or course is None or path.parent.parent.parent != course.submitted:
            return super().from_filename(filename, resources=resources, **kw)
        text, _ = Submission(path.parent.parent.name, unit.name, path.parent).notebook()
        resources = self._init_resources(resources)
        resources["metadata"].setdefault("name", path.stem)
        return self.from_notebook_node(pristine(unit, text), resources=resources, **kw)


def pristine(unit: Unit, submitted: str | None) -> Any:
    """Return our notebook of a unit with the written answer of a learner, as inert text.

    Args:
        submitted: text of the submitted notebook, None if there is none.
    """
    notebook = build(unit)
    answer = cell_text(submitted, written_cell_id(unit.name), MAX_ANSWER_CHARACTERS).strip()
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and answer not in ("", cell.source):
            cell.source = inert(answer)
    return notebook


def inert(text: str) -> str:
    """Return a text as a Markdown code block, so that markup and scripts in it have no effect."""
    lines = ["".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines()]
    longest = max((len(run) for line in lines for run in _backticks(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def _backticks(line: str) -> list[str]:
    """Return the runs of backticks in a line."""
    return [run for run in "".join(c if c == "`" else " " for c in line).split() if run]
