"""Two mistakes in one module, combined as two slips of one learner are.

A mistake is an edit of right code. Where the edits of two mistakes do not overlap, both are made:
edits of different statements, as `diff3` joins them, else edits of one statement. A mistake that
calls the function that it replaces is put around the other.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

from ..core import solutions
from ..core.solutions import Mistake

Key = tuple[str, ...]
"""The path of a definition: ("batch_moments",) or ("BatchNorm", "track")."""

Split = Callable[[str], list[str]]
"""Splits a text into tokens or lines."""

Edit = tuple[int, int, tuple[str, ...]]
"""The first part that is replaced, the one after the last, and what replaces them."""

ALIKE = 0.75
"""The share of the tokens of a line with two edits that are also in a line with one of them."""

SHORT = 3
"""An equal part of fewer tokens between two edits belongs to the edits."""


def merged(one: Mistake, other: Mistake) -> str | None:
    """Return the text of a module with two mistakes of one unit; None if their edits overlap."""
    reference = solutions.solved(one.unit)
    if _wraps(one.body) and not _wraps(other.body):
        one, other = other, one
    if _wraps(other.body):
        return f"{reference}\n\n{one.body}\n\n{_with_own_names(other.body)}"
    first, second = _definitions(one.body), _definitions(other.body)
    both = first | second
    for key in first.keys() & second.keys():
        if first[key] != second[key]:
            text = _joined(one.unit, key, first[key], second[key])
            if text is None:
                return None
            both[key] = text
    source = f"{reference}\n\n{_module_text(both)}"
    return source if _compiles(source) else None


def _wraps(body: str) -> bool:
    """Return whether a mistake calls what it replaces, as `_audit = audit` or by `super()`."""
    return bool(_wrapped(body)) or "super()." in body


def _wrapped(body: str) -> list[str]:
    """Return the new names of the functions that a mistake replaces and calls."""
    return [
        name
        for node in ast.parse(body).body
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant)
        for name in _names(node.targets[0])
        if f"def {name[1:]}(" in body
    ]


def _names(target: ast.expr) -> list[str]:
    return [each.id for each in ast.walk(target) if isinstance(each, ast.Name)]


def _with_own_names(body: str) -> str:
    """Return a mistake with other names for what it wraps, so that it can wrap one that wraps."""
    for name in _wrapped(body):
        body = re.sub(rf"\b{name}\b", f"{name}_of_both", body)
    return body


def _definitions(source: str) -> dict[Key, str]:
    """Return the definitions of a module in one form: no docstrings, comments and annotations."""
    found: dict[Key, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            found |= {(node.name, name): text for name, text in _named(node.body)}
        else:
            found |= {(name,): text for name, text in _named([node])}
    return found


def _named(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, ast.unparse(_plain(node))
        elif isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0]), ast.unparse(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield ast.unparse(node), ast.unparse(node)


def _plain(function: ast.FunctionDef) -> ast.FunctionDef:
    """Return a function without its docstring and its annotations."""
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:] or [ast.Pass()]
    for each in ast.walk(function.args):
        if isinstance(each, ast.arg):
            each.annotation = None
    function.returns = None
    return function


def _module_text(definitions: dict[Key, str]) -> str:
    """Return the text of definitions, with those of a class in a class that extends it."""
    parts = [text for key, text in definitions.items() if len(key) == 1]
    for name in dict.fromkeys(key[0] for key in definitions if len(key) == 2):
        body = "\n".join(text for key, text in definitions.items() if key[0] == name and key[1:])
        parts.append(f"class {name}({name}):\n" + re.sub(r"^(?=.)", "    ", body, flags=re.M))
    return "\n\n\n".join(parts) + "\n"


@cache
def _spellings(unit: str, right: bool) -> dict[Key, list[str]]:
    """Return the texts of each definition that are right, or those in mistakes, without twins."""
    sources = [each.body for each in solutions.mistakes(unit)]
    if right:
        sources = [solutions.solved(unit), *(each.body for each in solutions.accepted(unit))]
    found: dict[Key, list[str]] = {}
    for source in sources:
        for key, text in _definitions(source).items():
            found.setdefault(key, []).append(text)
    return {key: list(dict.fromkeys(texts)) for key, texts in found.items()}


def _joined(unit: str, key: Key, one: str, other: str) -> str | None:
    """Return a definition with the edits of two others; None if they overlap."""
    for parts in (_lines, _tokens):
        for right in (True, False):
            text = _nearest(_spellings(unit, right).get(key, []), one, other, parts)
            if text is not None and _compiles(text, whole=False) and _like_both(text, one, other):
                return text
    return None


def _like_both(text: str, one: str, other: str) -> bool:
    """Return whether each line is a line of one of two texts, or is like a line of each.

    Tokens that are equal by chance may join two statements to a third, which nobody wrote.
    """
    first, second = _lines(one), _lines(other)
    return all(
        line in first or line in second or (_is_like(line, first) and _is_like(line, second))
        for line in _lines(text)
    )


def _is_like(line: str, lines: Iterable[str]) -> bool:
    tokens = _tokens(line)
    found = (SequenceMatcher(None, tokens, _tokens(each), autojunk=False) for each in lines)
    return any(each.ratio() >= ALIKE for each in found)


def _nearest(bases: Iterable[str], one: str, other: str, parts: Split) -> str | None:
    """Return the text with the edits of two others, as edits of the nearest of some texts."""
    found = [_merged_text(base, one, other, parts) for base in bases]
    possible = [each for each in found if each is not None and each[1] not in (one, other)]
    return min(possible)[1] if possible else None


def _tokens(text: str) -> list[str]:
    return re.findall(r"\n *|\w+|[^\w\s]| +", text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _merged_text(base: str, one: str, other: str, parts: Split = _tokens) -> tuple[int, str] | None:
    """Return the size of the edits of two others, and a text with both; None if they overlap."""
    pieces = parts(base)
    edits = sorted({*_edits(base, one, parts), *_edits(base, other, parts)})
    for (start, end, _), (next_start, _, _) in pairwise(edits):
        # As for diff3, edits of lines that touch each other overlap.
        if next_start < end + (parts is _lines) or next_start == start:
            return None
    for start, end, replacement in reversed(edits):
        pieces[start:end] = replacement
    size = sum(end - start + len(replacement) for start, end, replacement in edits)
    return size, "".join(pieces)


@cache
def _edits(base: str, changed: str, parts: Split) -> list[Edit]:
    old, new = parts(base), parts(changed)
    short = SHORT if parts is _tokens else 0
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    last = 0
    spans: list[list[int]] = []
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            continue
        if spans and start - last < short:
            spans[-1][1], spans[-1][3] = end, new_end
        else:
            spans.append([start, end, new_start, new_end])
        last = end
    return [(a, b, tuple(new[c:d])) for a, b, c, d in spans]


def _compiles(source: str, *, whole: bool = True) -> bool:
    """Return whether a text is Python; a whole module, whether its names are all defined."""
    try:
        compile(source, "pair", "exec", dont_inherit=True)  # finds what symtable does not
        table = symtable.symtable(source, "pair", "exec")
    except SyntaxError:
        return False
    if not whole:
        return True
    known = {*table.get_identifiers(), *vars(builtins), "__name__", "__class__"}
    waiting = [*table.get_children()]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        if any(each.is_global() and each.get_name() not in known for each in scope.get_symbols()):
            return False
    return True
