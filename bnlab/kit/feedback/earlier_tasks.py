"""The earlier tasks that a task uses, as they are in the learner's own files."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ..course import Task, units


def used_tasks(task: Task, source: str, imported: Sequence[str]) -> list[Task]:
    """Return the earlier tasks that one task uses, itself or through helpers of its module.

    These are tasks of imported units, and functions of its own unit that come before it.

    Args:
        task: the task.
        source: the text of its module.
        imported: the units that its module imported.
    """
    own = units()[task.unit].tasks
    before = [each for each in own[: own.index(task)] if _holder(each) != _holder(task)]
    tasks = [each for name in dict.fromkeys(imported) for each in units()[name].tasks] + before
    if not tasks:
        return []
    names = set(_names(ast.parse(source), _holder(task)))
    return [each for each in tasks if _holder(each) in names]


def _holder(task: Task) -> str:
    """Return the name of the function or class that a module gives for a task."""
    return task.name.partition(".")[0]


def _names(tree: ast.Module, name: str) -> Iterator[str]:
    """Yield the names that a definition uses, and those that the definitions behind it use."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    renamed = {alias.asname: alias.name for each in imports for alias in each.names}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = {each.name: each for each in tree.body if isinstance(each, kinds)}
    waiting, seen = [name], {name}
    while waiting:
        for node in ast.walk(defined.get(waiting.pop(), tree)):
            used = getattr(node, "id" if isinstance(node, ast.Name) else "attr", None)
            if used is not None:
                yield renamed.get(used, used)
            if used in defined and used not in seen:
                seen.add(used)
                waiting.append(used)
