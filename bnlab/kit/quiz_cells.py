"""Quiz cells: an answer is a literal in a cell of the notebook, and is read without running it.

A quiz cell is one assignment, such as `steps = 100` or `axes = "d"`. The name says which question
it answers. Whether an answer can be read is everybody's to know; whether it is right is not.
"""

from __future__ import annotations

import ast
import json
import math
import warnings
from typing import Any

MAX_CELL = 400
"""Characters of a quiz cell; more is not an answer, and cannot tire the parser."""

Answer = str | float


def read_answer(cell: str) -> Answer | None:
    """The literal that a quiz cell assigns: a word in small letters, or a number; None for neither.

    Args:
        cell: text of the cell, from a learner; it is parsed and never executed.

    >>> read_answer('steps = "B"  # my guess')
    'b'
    >>> read_answer("steps = 1e2")
    100.0
    """
    if len(cell) > MAX_CELL:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a learner's string is no event
            (statement,) = ast.parse(cell).body
        if not isinstance(statement, ast.Assign):
            return None
        (target,) = statement.targets
        value = ast.literal_eval(statement.value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return _plain(value) if isinstance(target, ast.Name) else None


def _plain(value: Any) -> Answer | None:
    if isinstance(value, str):
        return value.strip().lower() or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def is_name(cell: str, name: str) -> bool:
    """Whether a cell is one assignment to this name; for the builder, which refuses any other."""
    try:
        (statement,) = ast.parse(cell).body
        (target,) = statement.targets if isinstance(statement, ast.Assign) else ()
    except (ValueError, SyntaxError):
        return False
    return isinstance(target, ast.Name) and target.id == name


def cell_text(notebook: str | None, grade_id: str, limit: int) -> str:
    """Text of the first cell with this id in a notebook's JSON; "" where there is none to read."""
    try:
        for cell in json.loads(notebook or "{}").get("cells", []):
            if cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") == grade_id:
                source = cell.get("source", "")
                text = "".join(source) if isinstance(source, list) else source
                return text[:limit] if isinstance(text, str) else ""
    except (ValueError, AttributeError, TypeError, RecursionError):
        pass
    return ""


def answers(notebook: str | None, names: list[str]) -> dict[str, Answer | None]:
    """What a notebook answers to each of these questions."""
    # One character more than a cell may have: a longer one stays too long when it is cut.
    return {name: read_answer(cell_text(notebook, f"quiz-{name}", MAX_CELL + 1)) for name in names}
