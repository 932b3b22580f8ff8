"""Quiz cells of a notebook: parsed for their answers, never executed.

A quiz cell is one assignment of a literal or of a little arithmetic, such as `steps = 100`,
`axes = "d"` or `grams = 10**6`; what it calls beside that, such as `print(grams)`, is passed over.
The right answers are not in the kit.
"""

from __future__ import annotations

import ast
import json
import math
import operator
import warnings
from collections.abc import Callable
from typing import Any

from .formats import quiz_cell_id

MAX_CELL_CHARS = 400
"""Characters of the longest quiz cell that is parsed; a longer one has no answer."""

MAX_DEPTH = 20
"""Operations in one another that an answer may compute."""

MAX_KEYS, MAX_ITEMS = 100_000, 3_000_000
"""Of a notebook: names of values, and commas and brackets."""

Answer = str | float

ARITHMETIC: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
"""What an answer may compute, with floats, whose size no power can blow up."""


def read_answer(cell: str) -> Answer | None:
    """Return the literal that a quiz cell assigns.

    Args:
        cell: text of the cell, written by a learner.

    Returns:
        A number, or a string in lower case without outer spaces; None if the cell assigns neither.

    >>> read_answer('steps = "B"  # my guess')
    'b'
    >>> read_answer("steps = 10**2")
    100.0
    """
    if len(cell) > MAX_CELL_CHARS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a learner's string needs no warning
            body = ast.parse(cell).body
        statements = [each for each in body if not isinstance(each, ast.Expr)]
        if len(statements) != 1 or not isinstance(statements[0], ast.Assign):
            return None
        (target,) = statements[0].targets
        value = _value(statements[0].value)
    except (ValueError, TypeError, SyntaxError, ArithmeticError, RecursionError, MemoryError):
        return None
    return _plain(value) if isinstance(target, ast.Name) else None


def _value(node: ast.expr, depth: int = 0) -> Any:
    """Return the value of a literal or of arithmetic with numbers; nothing is executed.

    Raises:
        ValueError: it is something else.
        TypeError, ArithmeticError: the arithmetic has no result.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        parts = [node.operand]
    elif isinstance(node, ast.BinOp):
        parts = [node.left, node.right]
    else:
        raise ValueError
    if type(node.op) not in ARITHMETIC or depth > MAX_DEPTH:
        raise ValueError
    return ARITHMETIC[type(node.op)](*(_number(_value(each, depth + 1)) for each in parts))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return float(value)


def _plain(value: Any) -> Answer | None:
    if isinstance(value, str):
        return value.strip().lower() or None
    try:
        number = _number(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def is_name(cell: str, name: str) -> bool:
    """Return whether a cell is one assignment to this name."""
    try:
        (statement,) = ast.parse(cell).body
        (target,) = statement.targets if isinstance(statement, ast.Assign) else ()
    except (ValueError, SyntaxError):
        return False
    return isinstance(target, ast.Name) and target.id == name


def is_notebook(text: str) -> bool:
    """Return whether a text is JSON with a list of cells."""
    return _cells(text) is not None


def _cells(text: str) -> list[Any] | None:
    """Return the cells of a notebook; None if it is none, or so large that reading it takes long.

    The limits are far above those of a notebook with pictures and interactive figures.
    """
    if text.count('":') > MAX_KEYS or text.count(",") + text.count("[") > MAX_ITEMS:
        return None
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return cells if isinstance(cells, list) else None


def cell_text(notebook: str | None, grade_id: str, limit: int) -> str:
    """Return the text of the first cell with this nbgrader id, cut after `limit` characters.

    Args:
        notebook: JSON text of a notebook, which may be malformed; None if there is none.

    Returns:
        "" if there is no such cell, or the notebook cannot be read.
    """
    return _text(_cells(notebook or "") or [], grade_id, limit)


def _text(cells: list[Any], grade_id: str, limit: int) -> str:
    """Return the text of the first of some cells with this nbgrader id, "" if there is none."""
    try:
        for cell in cells:
            if cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") == grade_id:
                source = cell.get("source", "")
                text = "".join(source) if isinstance(source, list) else source
                return text[:limit] if isinstance(text, str) else ""
    except (AttributeError, TypeError):
        pass
    return ""


def answers(notebook: str | None, names: list[str]) -> dict[str, Answer | None]:
    """Return the answer of a notebook to each of these questions; None for no answer."""
    # One character more than a cell may have, so that a longer cell is still too long when cut.
    limit, cells = MAX_CELL_CHARS + 1, _cells(notebook or "") or []
    return {name: read_answer(_text(cells, quiz_cell_id(name), limit)) for name in names}
