"""Code that was written above or below the `raise NotImplementedError()` of the skeleton."""

from __future__ import annotations

import ast

from ..course import Task

DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def left_in_code(task: Task, source: str) -> str:
    """Return a sentence if a task has code and still raises NotImplementedError, else "".

    Args:
        task: the task.
        source: the text of its module, which Python can parse.
    """
    body: list[ast.stmt] = ast.parse(source).body
    for name in task.name.split("."):
        found = [each for each in body if isinstance(each, DEFINITIONS) and each.name == name]
        if not found:
            return ""
        body = found[-1].body
    code = [each for each in body if not (isinstance(each, ast.Expr) and _is_text(each.value))]
    raising = (node for each in code for node in ast.walk(each) if isinstance(node, ast.Raise))
    lines = [node.lineno for node in raising if _is_placeholder(node)]
    if not lines or len(code) < 2:
        return ""
    return (
        f"the task has code, and line {lines[0]} still raises NotImplementedError; delete that line"
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_placeholder(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == NotImplementedError.__name__
