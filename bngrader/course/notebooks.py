"""What a submitted notebook answers, read with one parse and without trust.

A notebook that cannot be read costs its learner the quiz and the written answer, so a person must
learn of it: `Notebook.problem` says what is wrong, also where the notebook could be repaired.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bnlab.kit.course import Unit
from bnlab.kit.formats import MAX_NOTEBOOK_BYTES, check_cell_id, quiz_cell_id, written_cell_id
from bnlab.kit.quiz_cells import is_name

from ..core.solutions import ROOT
from ..core.text import printable
from .submissions import MISSING, Submission

MAX_ANSWER_CHARACTERS = 20_000
MAX_PARSED_CHARACTERS = 2_000
MAX_SEARCHED_CHARACTERS = 500_000
"""Of cells that are not ours, where an answer may have been written; the others are passed over."""
CHAPTER = re.compile(
    r"\*[^*`\n]{1,200}\*, on the page `[0-9a-z_]+\.html`|\[[^\]\n]{1,200}\]\([^)\s]+\)"
)
"""The name of a chapter, and the link that a released notebook has in its place."""

CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """The answers of a notebook.

    Attributes:
        problem: what is wrong with it, and what became of its answers; "" if nothing is.
        quiz: the notebook for `grade_quiz`: JSON text of the quiz cells; None if there are none.
        written: the text of the written answer, of all cells with its id.
        others: texts in cells that are not ours.
        name: the name of its file, if it is another than it should be.
    """

    problem: str = ""
    quiz: str | None = None
    written: str = ""
    others: tuple[str, ...] = ()
    name: str = ""


def read_notebook(unit: Unit, submission: Submission) -> Notebook:
    """Return the answers in the notebook of a submission; every fault is in `problem`."""
    name, renamed, problem = f"{unit.slug}.ipynb", "", ""
    content, why = submission.read(name, MAX_NOTEBOOK_BYTES)
    if content is None and why.endswith(MISSING):
        names = submission.notebooks()
        alike = [each for each in names if _like(unit).fullmatch(each)]
        if len(alike) == 1:
            renamed = alike[0]
            content, why = submission.read(renamed, MAX_NOTEBOOK_BYTES)
            problem = f"{name} is named {printable(renamed)}; it was read nevertheless."
        elif names:
            there = ", ".join(printable(each) for each in names[:3])
            why = f"{name} is missing; there is {there} instead."
    if content is None:
        return Notebook(_lost(why))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            return Notebook(_lost(f"{name} is not UTF-8 text."))
        text = content.decode("utf-16", "replace")
        problem = f"{name} is in UTF-16, expected UTF-8; it was read nevertheless."
    return replace(parsed(unit, text, problem), name=renamed)


def _like(unit: Unit) -> re.Pattern[str]:
    """Return what names look like that a browser or a copy gives: `02_moments (1).ipynb`."""
    more = r"([ _-]{0,3}(copy|kopie|\(\d{1,3}\)|\d{1,2})){1,3}"
    return re.compile(rf"(copy of )?{re.escape(unit.slug)}({more})?\.ipynb", re.IGNORECASE)


def _lost(problem: str) -> str:
    return f"{problem.rstrip('.')}; quiz and written answer earn no points."


def parsed(unit: Unit, text: str, problem: str = "") -> Notebook:
    """Return the answers in the text of a notebook.

    Args:
        problem: what is wrong with the file.
    """
    name = f"{unit.slug}.ipynb"
    if not text.strip():
        return Notebook(_lost(f"{name} is empty."))
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        if "\0" in text:
            return Notebook(_lost(f"{name} is not text."))
        if CONFLICT.search(text):
            return Notebook(_lost(f"{name} has the marks of a merge conflict."))
        return Notebook(_lost(f"{name} is not a notebook, because it is not JSON."))
    cells = _cells(content)
    if cells is None:
        sheets = content.get("worksheets") if isinstance(content, dict) else None
        cells = _cells(sheets[0]) if isinstance(sheets, list) and sheets else None
        if cells is None:
            return Notebook(_lost(f"{name} is not a notebook, because it has no cells."))
        problem = f"{name} has the old format nbformat 3; its answers were read nevertheless."
    texts: dict[str, list[str]] = {}
    for cell in cells:
        texts.setdefault(_grade_id(cell), []).append(_source(cell))
    quiz = {quiz_cell_id(each.name): each.name for each in unit.quiz}
    known = {*quiz, written_cell_id(unit.name), *(check_cell_id(t.name) for t in unit.tasks)}
    if not known & set(texts):
        # Tools that strip metadata keep the ids of cells, which are ours.
        texts = _by_cell_id(unit, cells)
        if not texts:
            return Notebook(_lost(f"{name} has none of the cells of its exercise."))
        problem = f"{name} has lost the metadata of its cells; answers were read by cell ids."
    elif gone := sorted(({*quiz, written_cell_id(unit.name)}) - set(texts)):
        problem = problem or f"{name} has lost the cells {', '.join(gone)}, which earn no points."
    # Of a copied quiz cell the first counts.
    answers = [_quiz_cell(each, texts[each][0]) for each in quiz if texts.get(each)]
    written = "\n\n".join(dict.fromkeys(t for t in texts.get(written_cell_id(unit.name), ()) if t))
    ids, ours = _ours(unit)
    others = _others((cell for cell in cells if _cell_id(cell) not in ids), ours, known)
    return Notebook(
        problem,
        json.dumps({"cells": answers}),
        written[:MAX_ANSWER_CHARACTERS].strip(),
        tuple(others),
    )


def _cells(content: Any) -> list[Any] | None:
    cells = content.get("cells") if isinstance(content, dict) else None
    return [each for each in cells if isinstance(each, dict)] if isinstance(cells, list) else None


def _grade_id(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _cell_id(cell: dict[str, Any]) -> str:
    cell_id = cell.get("id")
    return cell_id if isinstance(cell_id, str) else ""


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _quiz_cell(grade_id: str, source: str) -> dict[str, Any]:
    return {"metadata": {"nbgrader": {"grade_id": grade_id}}, "source": source}


@cache
def _ours(unit: Unit) -> tuple[dict[str, str], frozenset[str]]:
    """Return the grade id of each of our graded cells by cell id, and the lines of our cells."""
    content = json.loads((ROOT / "exercises" / f"{unit.slug}.ipynb").read_text("utf-8"))
    ids, lines = {}, set()
    for cell in content["cells"]:
        ids[cell["id"]] = _grade_id(cell)
        lines |= _lines(_source(cell))
    return ids, frozenset(lines)


def _lines(text: str) -> set[str]:
    """Return the lines of a text without their outer spaces, the link to a chapter aside."""
    return {CHAPTER.sub("", line).strip() for line in text.splitlines()}


def _by_cell_id(unit: Unit, cells: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the texts of our graded cells, found by the ids of cells."""
    ids, _ = _ours(unit)
    quiz = {quiz_cell_id(each.name): each.name for each in unit.quiz}
    texts: dict[str, list[str]] = {}
    for cell in cells:
        source, grade_id = _source(cell), ids.get(_cell_id(cell), "")
        if grade_id in quiz and not is_name(source[:MAX_PARSED_CHARACTERS], quiz[grade_id]):
            continue
        if grade_id:
            texts.setdefault(grade_id, []).append(source)
    return texts


def _others(cells: Iterable[dict[str, Any]], ours: frozenset[str], known: set[str]) -> list[str]:
    """Return the texts that a learner wrote into cells that are not ours, bounded in all.

    Where cells have lost their ids, a cell counts if one of its lines is in none of ours.
    """
    found: list[str] = []
    left, searched = MAX_ANSWER_CHARACTERS, 0
    for cell in cells:
        source = _source(cell).strip()
        searched += len(source[:MAX_ANSWER_CHARACTERS])
        if searched > MAX_SEARCHED_CHARACTERS:
            break
        if _grade_id(cell) in known or left <= 0 or not _lines(source[:left]) - ours - {""}:
            continue
        if cell.get("cell_type") == "code" and not _is_prose(source):
            continue
        found.append(source[:left])
        left -= len(source)
    return list(dict.fromkeys(found))


def _is_prose(source: str) -> bool:
    """Return whether a code cell holds words rather than code: comments, or no Python."""
    lines = [line.strip() for line in source.splitlines()]
    if all(line.startswith("#") for line in lines if line):
        return True
    if len(source) > MAX_PARSED_CHARACTERS or any(line.startswith(("%", "!")) for line in lines):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return all(
        isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
        for each in tree
    )
