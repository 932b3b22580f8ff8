"""The skeleton of a unit: its reference without the answers."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from ..core.errors import GraderError

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
"""The lines that replace an answer, as in nbgrader."""

_LOOKS_LIKE_A_MARK = re.compile(r"(begin|end)\W*solution|solution\W*(begin|end)", re.IGNORECASE)


class MarkError(GraderError):
    """A mark of a solution region that is misspelled or in the wrong place."""


def strip(source: str, name: str = "strip") -> str:
    """Return the source with the stub in place of each marked region.

    A region at module level holds helpers of an answer: it is removed without a stub.

    A mark is a comment that is alone on its line, exactly `# BEGIN SOLUTION` or `# END SOLUTION`.
    Marks are found with the tokenizer; text in a string is never a mark.

    Args:
        source: a reference.
        name: its path, for error messages.

    Raises:
        MarkError: if a mark is misspelled, shares its line with code, has no partner, or is
            indented differently from it, or if the skeleton would not compile.
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
        raise MarkError(f"{name}: the skeleton does not compile ({error}).") from None
    return skeleton


def solution_lines(source: str) -> Iterator[str]:
    """Yield the lines between the marks of a reference."""
    inside = False
    for line in source.splitlines():
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            yield line


def _regions(source: str, lines: list[str], name: str) -> list[tuple[int, int]]:
    """Return the line indices of the two marks of each region."""
    regions: list[tuple[int, int]] = []
    begin: int | None = None
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise MarkError(f"{name}: the source is not valid Python ({error}).") from None
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
                f"{name}:{row + 1}: mark is {text!r}, "
                f"expected {BEGIN!r} or {END!r} on a line of its own."
            )
        if (token.string == BEGIN) == (begin is not None):
            wanted = BEGIN if begin is None else END
            raise MarkError(f"{name}:{row + 1}: mark is {token.string!r}, expected {wanted!r}.")
        if token.string == BEGIN:
            begin = row
            continue
        assert begin is not None
        if lines[begin].index("#") != lines[row].index("#"):
            raise MarkError(
                f"{name}:{row + 1}: mark is at column {lines[row].index('#')}, "
                f"expected column {lines[begin].index('#')}, like its {BEGIN!r}."
            )
        regions.append((begin, row))
        begin = None
    if begin is not None:
        raise MarkError(f"{name}:{begin + 1}: {BEGIN!r} has no {END!r} below it.")
    if not regions:
        raise MarkError(f"{name}: no solution mark found, expected at least one region.")
    return regions
