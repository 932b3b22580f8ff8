"""Makes mutants of a solved module: the same text with one small change in a marked region."""

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

from .mutants_operators import operators

Key = tuple[str, str, str]
"""Names a mutant whatever is edited elsewhere: its function, the changed line before and after."""


@dataclass(frozen=True)
class Mutant:
    """A solved module with one change.

    Attributes:
        function: where the change is, such as "normalize" or "BatchNorm.forward".
        original, source: the whole text before and after.
    """

    unit: str
    function: str
    operator: str
    original: str = field(repr=False)
    source: str = field(repr=False)

    @cached_property
    def key(self) -> Key:
        """The function and the lines that differ, as they were and as they are."""
        was, now = self.original.splitlines(), self.source.splitlines()
        while was and now and was[0] == now[0]:
            del was[0], now[0]
        while was and now and was[-1] == now[-1]:
            del was[-1], now[-1]
        return self.function, joined(was), joined(now)

    @property
    def diff(self) -> str:
        """The change with the lines around it."""
        texts = (each.splitlines() for each in (self.original, self.source))
        name = f"{self.unit}.py"
        return "\n".join(difflib.unified_diff(*texts, name, self.function, n=2, lineterm=""))


def joined(lines: list[str]) -> str:
    """Lines as one, without indentation and comments."""
    return " ".join(line.partition("  # ")[0].strip() for line in lines)


def shown(key: Key) -> str:
    """A mutant's name as a person reads it."""
    return f"{key[0]}: {key[1]!r} -> {key[2]!r}"


def make(unit: str, source: str) -> list[Mutant]:
    """All mutants of a module that can be compiled and differ from it and from each other."""
    inside = solution_lines(source)
    known = {ast.dump(ast.parse(source))}
    found = []
    for name, operator in operators().items():
        for occurrence, node in occurrences(source, operator):
            # The words of an error are not graded.
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
    """Each place where an operator applies, numbered as `mutate_code` numbers them."""
    nodes = [node for node in ast_nodes(get_ast(source)) for _ in operator.mutation_positions(node)]
    return enumerate(nodes)


def solution_lines(source: str) -> set[int]:
    """The numbers of the lines that a learner writes."""
    inside: set[int] = set()
    begin = 0
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() == BEGIN:
            begin = number
        elif line.strip() == END:
            inside |= set(range(begin + 1, number))
    return inside


def qualified_name(node: NodeOrLeaf) -> str:
    """The function and the classes around a node, with dots between."""
    names = []
    while node := node.search_ancestor("funcdef", "classdef"):
        names.append(node.name.value)
    return ".".join(reversed(names))
