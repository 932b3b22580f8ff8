"""Mutants of a reference: its text with one small change between the solution marks."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from parso.tree import NodeOrLeaf

from bngrader.authoring.skeleton import BEGIN, END

from .operators import operators

Key = tuple[str, str, str]
"""Function, changed line before, changed line after: the name of a mutant without line numbers."""


@dataclass(frozen=True)
class Mutant:
    """A reference with one change.

    Attributes:
        function: the function that was changed, such as "normalize" or "BatchNorm.forward".
        operator: name of the operator that changed it.
        original, source: the text of the whole module before and after the change.
    """

    unit: str
    function: str
    operator: str
    original: str = field(repr=False)
    source: str = field(repr=False)

    @cached_property
    def key(self) -> Key:
        """The function, and the lines that differ, before and after the change."""
        before, after = self.original.splitlines(), self.source.splitlines()
        while before and after and before[0] == after[0]:
            del before[0], after[0]
        while before and after and before[-1] == after[-1]:
            del before[-1], after[-1]
        return self.function, joined(before), joined(after)

    @property
    def diff(self) -> str:
        """The change as a unified diff with two lines of context."""
        texts = (each.splitlines() for each in (self.original, self.source))
        name = f"{self.unit}.py"
        return "\n".join(difflib.unified_diff(*texts, name, self.function, n=2, lineterm=""))


def joined(lines: list[str]) -> str:
    """Return lines as one line, without indentation and comments."""
    return " ".join(line.partition("  # ")[0].strip() for line in lines)


def key_text(key: Key) -> str:
    """Return the name of a mutant as one line."""
    return f"{key[0]}: {key[1]!r} -> {key[2]!r}"


def make(unit: str, source: str) -> list[Mutant]:
    """Return the mutants of a module that compile and differ from it and from each other."""
    inside = solution_lines(source)
    known = {ast.dump(ast.parse(source))}
    found = []
    for name, operator in operators().items():
        for occurrence, node in occurrences(source, operator):
            # The texts of error messages are not graded.
            if node.start_pos[0] not in inside or node.search_ancestor("fstring"):
                continue
            changed = mutate_code(source, operator, occurrence)
            try:
                meaning = ast.dump(ast.parse(changed))
            except SyntaxError:
                continue
            if meaning not in known:
                known.add(meaning)
                found.append(Mutant(unit, qualified_name(node), name, source, changed))
    return found


def occurrences(source: str, operator: object) -> Iterator[tuple[int, NodeOrLeaf]]:
    """Return the nodes that an operator can change, with the numbers that `mutate_code` takes."""
    nodes = [node for node in ast_nodes(get_ast(source)) for _ in operator.mutation_positions(node)]
    return enumerate(nodes)


def solution_lines(source: str) -> set[int]:
    """Return the numbers of the lines between the solution marks."""
    inside: set[int] = set()
    begin = 0
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() == BEGIN:
            begin = number
        elif line.strip() == END:
            inside |= set(range(begin + 1, number))
    return inside


def qualified_name(node: NodeOrLeaf) -> str:
    """Return the qualified name of the function around a node."""
    names = []
    while node := node.search_ancestor("funcdef", "classdef"):
        names.append(node.name.value)
    return ".".join(reversed(names))
