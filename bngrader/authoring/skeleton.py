"""Makes the learner's skeleton from a solved module: the one function that removes answers."""

from __future__ import annotations

import io
import re
import tokenize

from ..core.errors import GraderError

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")

_LOOKS_LIKE_A_MARK = re.compile(r"(begin|end)\W*solution|solution\W*(begin|end)", re.IGNORECASE)


class MarkError(GraderError):
    """A mark is not where, or not what, it must be."""


def strip(source: str, name: str = "strip") -> str:
    """The source with every marked region replaced by nbgrader's stub.

    A region at module level is a helper of the answer: it goes without a stub.

    A mark is a comment that stands alone on its line, exactly `# BEGIN SOLUTION` or
    `# END SOLUTION`. Marks are found by the tokenizer, so text inside a string is never one.

    Args:
        source: a solved module.
        name: where it is from, for the error.

    Raises:
        MarkError: where a mark is misspelled, shares its line with code, is unbalanced, changes
            its indentation, or where the skeleton would not compile.
    """
    lines = source.splitlines(keepends=True)
    regions = _regions(source, lines, name)
    out: list[str] = []
    position = 0
    for begin, end in regions:
        indent = lines[begin][: -len(lines[begin].lstrip())]
        out += lines[position:begin]
        position = end + 1
        if indent:
            out += [f"{indent}{line}\n" for line in STUB]
            continue
        while position < len(lines) and not lines[position].strip():
            position += 1
    skeleton = "".join(out + lines[position:])
    try:
        compile(skeleton, name, "exec")
    except SyntaxError as error:
        raise MarkError(f"{name}: skeleton is broken ({error}), expected code.") from None
    return skeleton


def _regions(source: str, lines: list[str], name: str) -> list[tuple[int, int]]:
    """Line indices of each region's two marks."""
    regions: list[tuple[int, int]] = []
    begin: int | None = None
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise MarkError(f"{name}: source is unreadable ({error}), expected Python.") from None
    for token in tokens:
        row = token.start[0] - 1
        if token.type != tokenize.COMMENT:
            if _LOOKS_LIKE_A_MARK.search(token.string) and token.type == tokenize.STRING:
                raise MarkError(f"{name}:{row + 1}: mark is in a string, expected a comment.")
            continue
        if not _LOOKS_LIKE_A_MARK.search(token.string):
            continue
        if token.string not in (BEGIN, END) or lines[row].strip() != token.string:
            text = lines[row].strip()
            raise MarkError(
                f"{name}:{row + 1}: mark is {text!r}, expected {BEGIN!r} or {END!r} alone."
            )
        if (token.string == BEGIN) == (begin is not None):
            raise MarkError(f"{name}:{row + 1}: mark is {token.string!r}, expected the other one.")
        if token.string == BEGIN:
            begin = row
            continue
        assert begin is not None
        if lines[begin].index("#") != lines[row].index("#"):
            raise MarkError(
                f"{name}:{row + 1}: mark is at column {lines[row].index('#')}, "
                f"expected {lines[begin].index('#')} as its beginning."
            )
        regions.append((begin, row))
        begin = None
    if begin is not None:
        raise MarkError(f"{name}:{begin + 1}: mark is open, expected {END!r} below it.")
    if not regions:
        raise MarkError(f"{name}: marks are none, expected at least one region.")
    return regions
