"""nbgrader's preprocessors and exporter for this course; `nbgrader_config.py` registers them.

The submitted notebook is never run. `PristineExporter` rebuilds it from our notebook and takes only
the written answer from it. `Verdicts` takes the place of nbgrader's `Execute`: it writes the
verdicts as text and the points as the result into each check cell, and the answer with its
explanation into each quiz cell, and adds what the marker needs. `FeedbackExporter` makes the page
for the learner.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import Exporter, NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from bnlab.kit.course import Unit, units
from bnlab.kit.formats import QUIZ_PREFIX, check_cell_id, quiz_cell_id, written_cell_id

from ..authoring.notebooks import build
from ..core.errors import GraderError
from ..core.report import QuizMark, Report, TaskReport, as_data
from ..core.solutions import questions
from ..core.text import inert
from ..course.course import Course
from ..course.grade import judge_submission
from ..course.journal import Journal
from ..course.module_parts import Part, parts
from ..course.notebooks import Notebook, read_notebook
from ..course.submissions import Submission
from .database import read, reader
from .feedback import quiz_feedback, task_feedback
from .feedback_page import OTHERS_ID

if TYPE_CHECKING:
    from ..judging.judge import Judge

OTHERS = "Text from other cells of the submitted notebook:"


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
        unit = course.unit(submission.unit)
        return judge_submission(_judge(course), submission, course.secret(), journal, unit)


def _course(config: Any) -> Course | None:
    """Return the course of nbgrader's configuration; None if it has none."""
    root = config.CourseDirectory.root if "root" in config.CourseDirectory else None
    return Course(Path(root)) if isinstance(root, str) else None


class Verdicts(NbGraderPreprocessor):
    """Writes verdicts and points into the check and quiz cells; runs no code of the notebook.

    The submission is judged unless the journal knows it.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with an output in each check cell and each quiz cell."""
        course, names = _course(self.config), resources["nbgrader"]
        if course is None:
            raise GraderError("nbgrader: CourseDirectory.root is not set; use nbgrader_config.py.")
        learner, unit = names["student"], names["assignment"]
        submission = Submission(learner, unit, course.submitted / learner / unit)
        write_verdicts(nb, report_on(course, submission))
        add_for_marker(course.unit(unit), nb, submission.source()[0])
        return nb, resources


def write_verdicts(notebook: Any, report: Report) -> None:
    """Write verdicts and points of a report into the check and quiz cells of a notebook."""
    tasks = {check_cell_id(each.task): each for each in report.tasks}
    quiz = {quiz_cell_id(each.question): each for each in report.quiz}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if grade_id in tasks:
            task = tasks[grade_id]
            cell.outputs = _outputs(task_feedback(task), task)
        elif grade_id in quiz:
            mark = quiz[grade_id]
            cell.source = f"{mark.question} = {mark.answer or None}"
            cell.outputs = _outputs(quiz_feedback(mark), mark)


def _outputs(text: str, report: TaskReport | QuizMark) -> list[Any]:
    """Return the outputs of a cell: text for the marker, points, and the report for the page.

    nbgrader takes the first result as the points, and gives full points if there is none.
    """
    points = min(max(float(report.points), 0.0), float(report.max_points))
    return [
        nbformat.v4.new_output("stream", name="stdout", text=text),
        nbformat.v4.new_output(
            "execute_result",
            data={"text/plain": repr(points)},
            metadata={"bngrader": as_data(report)},
        ),
    ]


def add_for_marker(unit: Unit, notebook: Any, source: str | None) -> None:
    """Add cells that only the marker sees: the learner's module, and what to give points for.

    The definition that a task asks for comes before its check, all that is around the definitions
    after the last check, and the rubric of `solutions/quiz_keys` before the written answer.

    Args:
        source: text of the module, None if there is none.
    """
    found = parts(source or "", {task.name.partition(".")[0] for task in unit.tasks})
    own = {each.name: each for each in found if each.name}
    cells: list[Any] = []
    left = [each for each in found if not each.name]
    last = check_cell_id(unit.tasks[-1].name) if unit.tasks else ""
    tasks = {check_cell_id(task.name): task.name.partition(".")[0] for task in unit.tasks}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in tasks and (part := own.pop(tasks[name], None)):
            cells.append(_for_marker(f"module-{part.line}", _shown(unit, part)))
        if name == written_cell_id(unit.name):
            cells.append(_for_marker("rubric", _rubric(unit)))
        cells.append(cell)
        if name == last and left:
            text = "\n\n".join(_shown(unit, part) for part in left)
            cells.append(_for_marker("module", text))
    notebook.cells = cells


def _shown(unit: Unit, part: Part) -> str:
    what = f"`{part.name}`" if part.name else "Another part"
    return (
        f"{what} of the submitted `bnlab/{unit.name}.py`, line {part.line}:\n\n{inert(part.text)}"
    )


def _rubric(unit: Unit) -> str:
    rows = questions(unit.name).get("written", [])
    lines = [
        f"- {row['points']:g} point{'' if row['points'] == 1 else 's'}: {row['expect']}"
        for row in rows
    ]
    return "\n".join(["**For the marker only: what a good answer says.**", "", *lines])


def _for_marker(cell_id: str, text: str) -> Any:
    """Return a Markdown cell that the feedback page leaves out."""
    cell = nbformat.v4.new_markdown_cell(text)
    cell.id, cell.metadata["bngrader"] = cell_id, {}
    return cell


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
        name = path.parent.name
        ours = course is not None and path.parent.parent.parent == course.submitted
        if course is None or not ours or name not in units():
            return super().from_filename(filename, resources=resources, **kw)
        unit = course.unit(name)
        submission = Submission(path.parent.parent.name, unit.name, path.parent)
        resources = self._init_resources(resources)
        resources["metadata"].setdefault("name", path.stem)
        notebook = pristine(unit, read_notebook(unit, submission))
        return self.from_notebook_node(notebook, resources=resources, **kw)


def pristine(unit: Unit, submitted: Notebook) -> Any:
    """Return our notebook of a unit with the texts of a learner, as inert text."""
    notebook = build(unit)
    write_answers(unit, notebook, submitted)
    return notebook


def write_answers(unit: Unit, notebook: Any, submitted: Notebook) -> None:
    """Write the texts of a learner into our notebook of a unit.

    The written answer takes the place of our text; texts from cells that are not ours follow in a
    cell of their own, so that the marker and the learner see them.
    """
    for index, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") != written_cell_id(unit.name):
            continue
        if submitted.written not in ("", cell.source):
            cell.source = inert(submitted.written)
        if submitted.others:
            text = "\n\n".join(inert(each) for each in submitted.others)
            others = nbformat.v4.new_markdown_cell(f"{OTHERS}\n\n{text}")
            others.id = OTHERS_ID
            notebook.cells.insert(index + 1, others)
        return


class FeedbackExporter(Exporter):
    """Makes the feedback page from a graded notebook, for `nbgrader generate_feedback`."""

    file_extension = ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> Any:
        """Return the page; the rows of the gradebook and the module are read here."""
        from .pages import page_of

        resources = self._init_resources(resources)
        names, course = resources["nbgrader"], _course(self.config)
        if course is None:
            raise GraderError("nbgrader: CourseDirectory.root is not set; use nbgrader_config.py.")
        with reader(names["db_url"]) as execute:
            book = read(execute, [names["assignment"]])
        return page_of(course, (names["student"], names["assignment"]), nb, book), resources
