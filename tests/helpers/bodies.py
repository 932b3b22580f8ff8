"""A right module with other bodies of some functions; docstrings and all else are kept."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

from bngrader.core import solutions


def with_bodies(unit: str, bodies: Mapping[str, str]) -> str:
    """Text of the unit's reference with other bodies.

    Args:
        unit: name of the unit.
        bodies: from the name of a function, or "Class.method", to its new body.
    """
    text = solutions.solved(unit)
    lines, tree = text.splitlines(), ast.parse(text)
    for name, body in bodies.items():
        found: ast.AST = tree
        for part in name.split("."):
            found = next(each for each in found.body if getattr(each, "name", None) == part)
        begin = found.body[0].lineno - 1
        if ast.get_docstring(found) is not None:
            begin = found.body[0].end_lineno
        new = textwrap.indent(body.strip("\n"), " " * (found.col_offset + 4)).splitlines()
        lines[begin : found.end_lineno] = new
        tree = ast.parse("\n".join(lines))
    return "\n".join(lines) + "\n"
