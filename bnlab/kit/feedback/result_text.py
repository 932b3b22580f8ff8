"""The result of the check of one task as text, for a terminal."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from .book_links import place
from .task_check import TaskCheck

KNOWN = "This looks like a known mistake."
INDENT = 10
MAX_WIDTH = 100
"""Columns of the longest line in a terminal: longer ones are hard to read."""

PAGE_WIDTH = 92

COLORS = {"passed": "32", "failed": "31", "waits": "2"}
"""The codes of ECMA-48 for green, red and faint."""


@dataclass(frozen=True)
class Style:
    """How a text is shown.

    Attributes:
        width: columns of the terminal; 0 leaves the lines as long as they are.
        color: whether the terminal shows colors.
    """

    width: int = 0
    color: bool = False

    def page(self) -> Style:
        """Return the same style, as wide as a page where there is no window."""
        return self if self.width else Style(PAGE_WIDTH, self.color)

    def lines(self, text: str, indent: int, hanging: int | None = None) -> list[str]:
        """Return the text in lines that fit; an address stays whole, for it is copied."""
        if not self.width:
            return [" " * indent + text]
        return textwrap.wrap(
            text,
            max(40, min(self.width, MAX_WIDTH)),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent if hanging is None else hanging),
            break_on_hyphens=False,
            break_long_words=False,
        )

    def marked(self, mark: str) -> str:
        """Return "passed", "failed" or "waits", six columns wide, in its color."""
        padded = f"{mark:6}"
        return f"\033[{COLORS[mark]}m{padded}\033[0m" if self.color else padded


def task_text(each: TaskCheck, style: Style, hint_if_unwritten: bool = True) -> list[str]:
    """Return the lines on one task."""
    head = f"{each.task.name}: {each.summary}"
    hint = f"`bnlab hint {each.task.name}`"
    if not each.written:
        more = f"; for a hint, run {hint}" if hint_if_unwritten else ""
        lines = style.lines(head + more, 0, 2)
        return lines + _notes(each, style)
    lines = style.lines(head, 0, 2)
    if each.problem:
        return lines + _notes(each, style)
    if each.shared_reason:
        lines += style.lines(each.shared_reason, 2)
    for outcome in each.outcomes:
        mark = each.mark(outcome)
        first, *more = style.lines(f"{mark:6}  {outcome.property.sentence}", 2, INDENT)
        lines += [first.replace(f"{mark:6}", style.marked(mark), 1), *more]
        if mark == "waits" or (mark == "failed" and not each.shares_reason(outcome)):
            lines += style.lines(each.reason(outcome), INDENT)
        for remark in outcome.remarks:
            lines += style.lines(f"note: {remark}", INDENT)
    lines += _notes(each, style)
    said = [(f"{KNOWN} {known.hint}", known.page) for known in each.hints]
    said += [(one.text, one.page) for one in each.advice]
    for text, page in said:
        where = f" In the book: {place(page)}" if page else ""
        lines += style.page().lines(text + where, 2)
    if not (each.passed or each.hints):
        lines += style.lines(f"For a hint, run {hint}.", 2)
    return lines


def _notes(each: TaskCheck, style: Style) -> list[str]:
    lines = [line for fault in each.earlier for line in style.lines(f"note: {fault}", 2)]
    page = style.page()
    return lines + [line for fault in each.notes for line in page.lines(f"note: {fault}", 2)]
