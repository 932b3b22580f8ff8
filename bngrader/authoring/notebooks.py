"""Makes the exercise notebooks from their MyST sources, with nbgrader's metadata.

Three tags have a meaning: `check` on the code cell that checks one task, `quiz` on the code cell
that a learner answers with a literal, `task` on the markdown cell that is answered in words. Points
come from the list of tasks, ids from names: the same source gives the same bytes.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook

from bnlab.kit.course import Unit
from bnlab.kit.quiz_cells import is_name

from ..core import solutions
from ..core.errors import GraderError

CHAPTER = re.compile(r"\*(?P<title>[^*`\n]+)\*, on the page `(?P<page>[0-9a-z_]+\.html)`")
"""How each notebook names its chapter."""


class NotebookError(GraderError):
    """A notebook source is not what the builder expects."""


def notebook_bytes(unit: Unit) -> bytes:
    """The notebook `exercises/NN_<unit>.ipynb`, ready to write.

    Raises:
        NotebookError: where a task has not exactly one check cell, a question not exactly one quiz
            cell, or the written cell is amiss.
    """
    notebook = build(unit)
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT, indent=1, sort_keys=True)
    return (text.rstrip("\n") + "\n").encode()


def build(unit: Unit) -> Any:
    """The notebook as nbformat's object."""
    name = f"{unit.slug}.md"
    read = read_myst_markdown_notebook(solutions.notebook_source(unit.slug))
    cells = [_setup(unit), *read.cells, _closing(unit)]
    pages = [match["page"] for cell in cells for match in CHAPTER.finditer(cell.source)]
    if pages != [f"{unit.slug}.html"]:
        raise NotebookError(f"{name}: pages are {pages}, expected ['{unit.slug}.html'].")
    points = {task.name: task.points for task in unit.tasks}
    questions = {question.name: question.points for question in unit.quiz}
    checked: list[str] = []
    asked: list[str] = []
    written = 0
    for index, cell in enumerate(cells):
        tags = cell.metadata.pop("tags", [])
        cell.id = f"{unit.name}-{index:02d}"
        cell.metadata = nbformat.from_dict({})
        if "check" in tags:
            task = _checked_task(cell.source, name)
            checked.append(task)
            if task not in points:
                raise NotebookError(f"{name}: check is {task!r}, expected {list(points)}.")
            cell.metadata["nbgrader"] = _marks(_cell_id("check", task), points[task])
        elif "quiz" in tags:
            question = _asked_question(cell.source, name)
            asked.append(question)
            if question not in questions:
                raise NotebookError(f"{name}: quiz is {question!r}, expected {list(questions)}.")
            cell.metadata["nbgrader"] = _marks(f"quiz-{question}", questions[question], "quiz")
        elif "task" in tags:
            written += 1
            cell.metadata["nbgrader"] = _marks(f"written-{unit.name}", unit.written, "written")
    if checked != list(points):
        raise NotebookError(f"{name}: checks are {checked}, expected {list(points)}.")
    if asked != list(questions):
        raise NotebookError(f"{name}: quiz cells are {asked}, expected {list(questions)}.")
    if written != 1:
        raise NotebookError(f"{name}: written cells are {written}, expected 1.")
    # The title comes first, then the cell that loads what the others use.
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


def linked(notebook: bytes, book: str) -> bytes:
    """The notebook with the name of its chapter as a link to it.

    Args:
        notebook: as `notebook_bytes` gives it.
        book: the address of the pages.
    """
    return CHAPTER.sub(rf"[\g<title>]({book}/\g<page>)", notebook.decode()).encode()


def _setup(unit: Unit) -> Any:
    """Mode 3 of autoreload recovers from a syntax error in the edited file; mode 2 stays stale."""
    if not unit.coded:
        return nbformat.v4.new_code_cell(f'from bnlab import kit\n\nkit.chapter("{unit.name}")')
    lines = [
        "%load_ext autoreload",
        "%autoreload 3",
        f"import bnlab.{unit.name} as {unit.name}",
        "from bnlab import kit",
        "from bnlab.kit import check, hint",
        "",
        f'kit.chapter("{unit.name}")',
    ]
    return nbformat.v4.new_code_cell("\n".join(lines))


def _closing(unit: Unit) -> Any:
    """How to hand in, in words: as a cell it would be run by everybody who runs all cells."""
    lines = [
        "## Hand in",
        "",
        "Save this notebook: what is handed in is what is on the disk.",
        f'Then type `kit.submit("{unit.name}")` into a new cell, '
        f"or `bnlab submit {unit.name}` into a terminal.",
        "It says what is missing, and refuses nothing; you may hand in as often as you like.",
        "`kit.progress()` shows how far you are in the whole course.",
    ]
    return nbformat.v4.new_markdown_cell("\n".join(lines))


def _checked_task(source: str, name: str) -> str:
    """The task that a check cell names: the cell is `check("<task>")` and nothing else."""
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
    """The question that a quiz cell asks: the cell is `<question> = None`, with a comment."""
    question = source.partition(" = None")[0]
    if not is_name(source, question):
        message = f"{name}: quiz cell is {source.strip()!r}, expected `<question> = None`."
        raise NotebookError(message)
    return question


def _cell_id(kind: str, task: str) -> str:
    return f"{kind}-{task.replace('.', '-')}"


def _marks(grade_id: str, points: int, kind: str = "check") -> dict[str, Any]:
    """nbgrader's marks: a check cell is locked, and a person reads the written one."""
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
