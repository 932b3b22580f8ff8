"""Modules and written answers as sequences of tokens, in linear time on any bytes.

Of a module, names that learners choose, numbers' spelling, strings and comments do not count, so
a copy with other variables and comments is the same sequence. Names of the libraries and of the
skeleton stay, because they say what the code does. Comments are kept apart: two learners rarely
write the same one.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Set
from dataclasses import dataclass

from ...judging.static_review import TOKEN, as_name

MAX_TOKENS = 20_000
MAX_TEXT_CHARACTERS = 40_000
MIN_COMMENT_CHARACTERS = 15
_WORD = re.compile(r"\w{1,60}")


@dataclass(frozen=True)
class Tokens:
    """A text as tokens.

    Attributes:
        words: the tokens.
        lines: the line of each token, from 1.
        comments: the comments without spaces and punctuation, each with its line.
    """

    words: tuple[str, ...]
    lines: tuple[int, ...]
    comments: tuple[tuple[str, int], ...] = ()


def of_module(source: str, known: Set[str] = frozenset()) -> Tokens:
    """Return a module as tokens.

    Args:
        source: text of the module, from an untrusted learner.
        known: names that mean something to all, such as those of the skeleton.
    """
    words: list[str] = []
    lines: list[int] = []
    comments: list[tuple[str, int]] = []
    line, before, begins = 1, "", True
    for token in TOKEN.finditer(re.sub(r"\r\n?", "\n", source)):
        kind, text, at = token.lastgroup, token[0], line
        line += text.count("\n")
        if kind == "blank" and text.startswith("#"):
            folded = "".join(_WORD.findall(text.casefold()))
            if len(folded) >= MIN_COMMENT_CHARACTERS:
                comments.append((folded[:200], at))
        if kind in ("blank", "end"):
            begins = begins or kind == "end"
            continue
        if len(words) >= MAX_TOKENS:
            break
        if kind == "string" and begins:
            continue  # a docstring, or a text that does nothing
        text = as_name(text) if kind == "name" else text
        words.append(_shown(kind or "", text, before, known))
        lines.append(at)
        before, begins = text, False
    return Tokens(tuple(words), tuple(lines), tuple(comments))


def _shown(kind: str, text: str, before: str, known: Set[str]) -> str:
    if kind == "string":
        return "S"
    if kind == "number":
        return text[:12].rstrip("jJ").lower()
    if kind == "name" and not (
        keyword.iskeyword(text) or before == "." or text in known or hasattr(builtins, text)
    ):
        return "N"
    return text[:60]


def of_text(text: str) -> Tokens:
    """Return an answer in words as tokens."""
    words: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(text[:MAX_TEXT_CHARACTERS].splitlines(), 1):
        for word in _WORD.findall(line.casefold()):
            words.append(word)
            lines.append(number)
    return Tokens(tuple(words), tuple(lines))
