"""The parts of a learner's module: the definitions that tasks ask for, and what is around them.

The text is split by lines and never parsed, because a file can be written that crashes Python's
parser. A definition begins at a `def` or `class` without indentation and ends where the next line
without indentation begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DEFINITION = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w{1,100})")
_GOES_ON = (" ", "\t", ")", "]", "}")


@dataclass(frozen=True)
class Part:
    """Some lines of a module.

    Attributes:
        name: the function or class that they define, "" for lines between definitions.
        line: number of the first line.
        text: the lines.
    """

    name: str
    line: int
    text: str


def parts(source: str, names: Iterable[str]) -> list[Part]:
    """Return the parts of a module in their order.

    Args:
        source: text of the module, from an untrusted learner.
        names: the functions and classes to find. Of one that is defined twice, the last definition
            has the name, as in Python.
    """
    lines = re.sub(r"\r\n?", "\n", source).split("\n")
    wanted, starts = set(names), [(0, "")]
    for number, line in enumerate(lines):
        match = _DEFINITION.match(line)
        if match and match[1] in wanted:
            starts.append((_with_decorators(lines, number), match[1]))
        elif starts[-1][1] and _ends(line):
            starts.append((number, ""))
    bounds = [*starts[1:], (len(lines), "")]
    last = {name: number for number, name in starts}
    found = [
        Part(name if last[name] == start else "", start + 1, "\n".join(lines[start:end]))
        for (start, name), (end, _) in zip(starts, bounds, strict=True)
        if end > start
    ]
    return [each for each in found if each.text.strip()]


def _with_decorators(lines: list[str], number: int) -> int:
    """Return the first line of a definition, with the decorators right above it."""
    while number and lines[number - 1].startswith("@"):
        number -= 1
    return number


def _ends(line: str) -> bool:
    """Return whether a line ends the definition above it."""
    return bool(line.strip()) and not line.startswith((*_GOES_ON, "#", '"""', "'''"))
