"""Mutation operators: those of Cosmic Ray, and five of our own.

Our five make typical slips of learners: something is left out, or a name is the wrong one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from functools import lru_cache

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes
from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Name
from parso.tree import NodeOrLeaf

MODULES = ("np", "torch", "nn", "stats", "copy")


class Rewrite(Operator):
    """An operator that replaces the text of a node; subclasses list the replacements."""

    @abstractmethod
    def rewrites(self, node: NodeOrLeaf) -> list[str]:
        """Return the texts that replace `node`, one for each mutant."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterable[tuple]:
        return [(node.start_pos, node.end_pos)] * len(self.rewrites(node))

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        leaf = Name(self.rewrites(node)[index], node.start_pos, node.get_first_leaf().prefix)
        leaf.parent = node.parent  # the walk through the tree asks for it later
        return leaf

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example(cls.before, cls.after),)


class DropStatement(Rewrite):
    """An operator that replaces a statement by `pass`."""

    before, after = "x.add_(1)\n", "pass\n"

    def rewrites(self, node: NodeOrLeaf) -> list[str]:
        is_docstring = node.type == "simple_stmt" and node.children[0].type == "string"
        return ["pass\n"] if node.type == "simple_stmt" and not is_docstring else []


class DropKeyword(Rewrite):
    """An operator that removes one keyword argument of a call."""

    before, after = "x.mean(axis=0, dtype=float)", "x.mean(dtype=float)"

    def rewrites(self, node: NodeOrLeaf) -> list[str]:
        if node.type != "trailer" or node.children[0].value != "(":
            return []
        inside = node.children[1:-1]
        given = inside[0].children[::2] if inside and inside[0].type == "arglist" else inside
        remaining = [
            [other for other in given if other is not each]
            for each in given
            if each.type == "argument" and each.children[1] == "="
        ]
        return [f"({', '.join(map(text, each))})" for each in remaining]


class DropCall(Rewrite):
    """An operator that replaces a call by the object of the method or by the first argument."""

    before, after = "x.mean(0).copy()", "x.copy()"

    def rewrites(self, node: NodeOrLeaf) -> list[str]:
        if node.type != "atom_expr":
            return []
        found = []
        for index in range(2, len(node.children)):
            name, call = node.children[index - 1 : index + 1]
            if name.get_code()[0] != "." or call.get_code()[0] != "(" or len(call.children) < 2:
                continue
            rest = "".join(each.get_code() for each in node.children[index + 1 :])
            if text(node.children[0]) not in MODULES:
                head = "".join(each.get_code() for each in node.children[: index - 1]).strip()
                found.append(head + rest)
            elif len(call.children) == 3:
                given = call.children[1]
                first = given.children[0] if given.type == "arglist" else given
                found.append(f"({text(first)}){rest}" if first.type != "argument" else "")
        return [each for each in found if each]


class DropOperand(Rewrite):
    """An operator that removes one operand of a sum or a product."""

    before, after = "x + y", "y"

    def rewrites(self, node: NodeOrLeaf) -> list[str]:
        if node.type not in ("arith_expr", "term"):
            return []
        codes = [each.get_code() for each in node.children]
        without_first = "".join(codes[2:])
        others = [codes[:at] + codes[at + 2 :] for at in range(1, len(codes), 2)]
        return [without_first.strip(), *("".join(each).strip() for each in others)]


class SwapName(Rewrite):
    """An operator that replaces a variable by another one that has a value at that place."""

    before, after = "def f(x, y): return x", "def f(x, y): return y"

    def rewrites(self, node: NodeOrLeaf) -> list[str]:
        function = node.search_ancestor("funcdef") if node.type == "name" else None
        if function is None or node.is_definition() or not is_variable(node):
            return []
        given = [name for name, place in own_names(function).items() if place < node.start_pos]
        return [name for name in given if name != node.value] if node.value in given else []


def is_variable(node: NodeOrLeaf) -> bool:
    """Return whether a name is neither an attribute nor the keyword of an argument."""
    before, after = node.get_previous_leaf(), node.get_next_leaf()
    return before.value != "." and not (node.parent.type == "argument" and after.value == "=")


@lru_cache(maxsize=32)
def own_names(function: NodeOrLeaf) -> dict[str, tuple[int, int]]:
    """Return parameters and local variables, with the place where each first gets a value."""
    names: dict[str, tuple[int, int]] = {}
    for node in ast_nodes(function):
        if node.type == "name" and node.is_definition() and node is not function.name:
            names.setdefault(node.value, node.start_pos)
    return names


def text(node: NodeOrLeaf) -> str:
    """Return the code of a node without the space and comments in front of it."""
    return node.get_code(include_prefix=False)


OURS = (DropStatement, DropKeyword, DropCall, DropOperand, SwapName)


def operators() -> dict[str, Operator]:
    """Return every operator by name.

    Of Cosmic Ray's operators two sorts are left out: those that draw at random, and those that
    apply an operator of integers to floats, which always raises an error.
    """
    left_out = ("Variable", "Shift", "_Bit", "_Invert")
    theirs = [
        cosmic_ray.plugins.get_operator(name)
        for name in cosmic_ray.plugins.operator_names()
        if not any(word in name for word in left_out)
    ]
    return {each.__name__: each() for each in (*theirs, *OURS)}
