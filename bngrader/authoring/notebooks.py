"""The notebooks of the exercises, generated from MyST sources, with nbgrader's metadata.

Three tags have a meaning: `check` marks a code cell that checks a task, `quiz` a code cell that
learners answer with a literal, `task` the markdown cell of the written answer. Points come from
`course.toml` and ids from names, so that the same source gives the same bytes.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import jupytext
import nbformat

from bnlab.kit.course import Unit
from bnlab.kit.formats import check_cell_id, quiz_cell_id, written_cell_id
from bnlab.kit.quiz_cells import is_name

from ..core import solutions
from ..core.errors import GraderError

CHAPTER = re.compile(r"\*(?P<title>[^*`\n]+)\*, on the page `(?P<page>[0-9a-z_]+\.html)`")
"""The phrase with which each notebook names its chapter."""

TASK_HEADING = re.compile(r"^## Task: `(?P<task>[\w.]+)`$", re.MULTILINE)
"""The heading of a task; a link to the module follows it in the notebook."""

RESTARTED = "  # NameError? Run the first code cell again."
"""A comment of each check cell, which the traceback of a restarted kernel shows."""


IMPORT = "from bnlab import kit  # No module named 'bnlab'? See the end of README.md."
"""The import of the first cell, whose comment the traceback of another kernel shows."""


class NotebookError(GraderError):
    """A notebook source that the builder cannot use."""


def notebook_bytes(unit: Unit) -> bytes:
    """Return the content of `exercises/NN_<unit>.ipynb`.

    Raises:
        NotebookError: unless the source has one heading and one check cell for each task, one quiz
            cell for each question, one written cell, and names its chapter once.
    """
    notebook = build(unit)
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT, indent=1, sort_keys=True)
    return (text.rstrip("\n") + "\n").encode()


def build(unit: Unit) -> Any:
    """Return the notebook as an object of nbformat."""
    name = f"{unit.slug}.md"
    read = jupytext.reads(solutions.notebook_source(unit.slug), "md:myst")
    cells = [_setup(unit), *read.cells, _closing(unit)]
    pages = [match["page"] for cell in cells for match in CHAPTER.finditer(cell.source)]
    if pages != [f"{unit.slug}.html"]:
        raise NotebookError(f"{name}: chapters are {pages}, expected ['{unit.slug}.html'].")
    points = {task.name: task.points for task in unit.tasks}
    questions = {question.name: question.points for question in unit.quiz}
    headings: list[str] = []
    checked: list[str] = []
    asked: list[str] = []
    written = 0
    for index, cell in enumerate(cells):
        tags = cell.metadata.pop("tags", [])
        cell.id = f"{unit.name}-{index:02d}"
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "markdown":
            headings += TASK_HEADING.findall(cell.source)
            cell.source = TASK_HEADING.sub(rf"\g<0>\n\n{_link(unit)}", cell.source)
        if "check" in tags:
            task = _checked_task(cell.source, name)
            checked.append(task)
            cell.source += RESTARTED
            if task not in points:
                raise NotebookError(f"{name}: check is {task!r}, expected {list(points)}.")
            cell.metadata["nbgrader"] = _grading(check_cell_id(task), points[task])
        elif "quiz" in tags:
            question = _asked_question(cell.source, name)
            asked.append(question)
            if question not in questions:
                raise NotebookError(f"{name}: quiz is {question!r}, expected {list(questions)}.")
            cell.metadata["nbgrader"] = _grading(
                quiz_cell_id(question), questions[question], "quiz"
            )
        elif "task" in tags:
            written += 1
            cell.metadata["nbgrader"] = _grading(
                written_cell_id(unit.name), unit.written, "written"
            )
    if headings != list(points):
        raise NotebookError(f"{name}: headings are {headings}, expected {list(points)}.")
    if checked != list(points):
        raise NotebookError(f"{name}: checks are {checked}, expected {list(points)}.")
    if asked != list(questions):
        raise NotebookError(f"{name}: quiz cells are {asked}, expected {list(questions)}.")
    if written != 1:
        raise NotebookError(f"{name}: {written} cells have the tag task, expected 1.")
    # The title comes first, then the setup cell.
    cells.insert(1, cells.pop(0))
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )


def link_chapter(notebook: bytes, book: str) -> bytes:
    """Return the notebook with a link in the place of the name of its chapter.

    Args:
        notebook: the result of `notebook_bytes`.
        book: the address of the pages of the book.
    """
    return CHAPTER.sub(rf"[\g<title>]({book}/\g<page>)", notebook.decode()).encode()


def _link(unit: Unit) -> str:
    """Return a line with a link that opens the module in JupyterLab and in Notebook 7."""
    module = f"bnlab/{unit.name}.py"
    return f"File to edit: [{module}](../{module}). Save it before you run the check."


def _setup(unit: Unit) -> Any:
    """Return the cell that imports the learner's module and the kit."""
    if not unit.coded:
        return nbformat.v4.new_code_cell(f'{IMPORT}\n\nkit.chapter("{unit.name}")')
    # Mode 3 of autoreload recovers from a syntax error in the edited file, mode 2 does not.
    lines = [
        "%load_ext autoreload",
        "%autoreload 3",
        IMPORT,
        "from bnlab.kit import check, hint",
        "",
        "kit.setup()",
        f"import bnlab.{unit.name} as {unit.name}",
        "",
        f'kit.chapter("{unit.name}")',
    ]
    return nbformat.v4.new_code_cell("\n".join(lines))


def _closing(unit: Unit) -> Any:
    """Return the text on how to hand in. A code cell would run whenever all cells are run."""
    lines = [
        "## Hand in",
        "",
        "Save this notebook: `submit` reads the files on disk.",
        f'Then run `kit.submit("{unit.name}")` in a new cell, '
        f"or `bnlab submit {unit.name}` in a terminal.",
        "It writes a zip to `submissions/` and lists what is missing.",
        "You may hand in unfinished work, and hand in again later.",
        "`kit.progress()` shows your progress in the whole course.",
    ]
    return nbformat.v4.new_markdown_cell("\n".join(lines))


def _checked_task(source: str, name: str) -> str:
    """Return the task of a check cell, which is `check("<task>")` and nothing else."""
    try:
        call = ast.parse(source.strip(), mode="eval").body
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "check"):
            raise ValueError
        (argument,) = call.args
        return str(ast.literal_eval(argument))
    except (SyntaxError, ValueError):
        message = f'{name}: check cell is {source.strip()!r}, expected check("<task>").'
        raise NotebookError(message) from None


def _asked_question(source: str, name: str) -> str:
    """Return the question of a quiz cell, which is `<question> = None` with a comment."""
    question = source.partition(" = None")[0]
    if not is_name(source, question):
        message = f"{name}: quiz cell is {source.strip()!r}, expected `<question> = None`."
        raise NotebookError(message)
    return question


def _grading(grade_id: str, points: int, kind: str = "check") -> dict[str, Any]:
    """Return nbgrader's metadata: a check cell is locked, and a person marks the written cell."""
    return {
        "schema_version": 3,
        "grade": True,
        "grade_id": grade_id,
        "locked": kind == "check",
        "points": points,
        "solution": kind == "written",
        "task": False,
        "cell_type": "markdown" if kind == "written" else "code",
    }
