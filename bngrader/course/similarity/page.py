"""The page of a similarity report: a table of pairs, and the evidence of each side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from ..html_pages import render
from .pairs import Pair

TEMPLATE = Path(__file__).with_name("page.html.j2")
AROUND = 2
MAX_LINES = 160
MAX_LINE_CHARACTERS = 400
MAX_SHOWN = 100
"""Pairs whose evidence is on the page; the table and the CSV file have all of them."""

Texts = Mapping[tuple[str, str, str], str]
"""The text of each learner, by unit, kind and learner."""


@dataclass(frozen=True)
class Line:
    """A line of the evidence; without a number it stands for lines that are left out."""

    number: int
    text: str
    shared: bool


def similarity_page(
    pairs: Sequence[Pair],
    texts: Texts,
    compared: Mapping[str, int],
    names: Mapping[str, str],
    zone: tzinfo | None = None,
) -> str:
    """Return the page; texts of learners are escaped.

    Args:
        pairs: the most similar first.
        texts: the texts that were compared.
        compared: how many texts of each kind were compared.
        names: of learners, for display.
        zone: the time zone of the school, None for that of this machine.
    """
    shown = [
        (pair, [evidence(texts[pair.unit, pair.kind, who], lines) for who, lines in of])
        for pair in pairs[:MAX_SHOWN]
        if (of := list(zip((pair.one, pair.other), pair.lines, strict=True)))
    ]
    return render(
        TEMPLATE, pairs=pairs, shown=shown, compared=compared, names=names,
        now=f"{datetime.now(UTC).astimezone(zone):%Y-%m-%d %H:%M %Z}",
    )  # fmt: skip


def evidence(text: str, shared: frozenset[int]) -> list[Line]:
    """Return the shared lines of a text with some around them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    near = {n for line in shared for n in range(line - AROUND, line + AROUND + 1)}
    found: list[Line] = []
    for number in sorted(n for n in near if 1 <= n <= len(lines)):
        if len(found) >= MAX_LINES:
            found.append(Line(0, "more lines are shared", False))
            break
        if found and number > found[-1].number + 1:
            found.append(Line(0, "", False))
        content = lines[number - 1][:MAX_LINE_CHARACTERS]
        found.append(Line(number, content, number in shared))
    return found
