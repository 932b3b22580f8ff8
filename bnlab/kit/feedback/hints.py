"""`hint("batch_norm_backward")`: three hints for each task, one at a time."""

from __future__ import annotations

import textwrap
import tomllib
from functools import cache
from html import escape
from pathlib import Path

from ..course import UserError, task
from ..local_state import read_notes, write_notes


class Hint:
    """The hints of a task that were asked for so far: HTML in a notebook, text in a terminal.

    Attributes:
        stored: whether the number of hints could be stored, so that the next call gives one more.
    """

    def __init__(self, name: str, steps: tuple[str, ...], total: int, stored: bool = True):
        self.name, self.steps, self.total, self.stored = name, steps, total, stored

    @property
    def _more(self) -> str:
        count = len(self.steps)
        if count == self.total:
            return "This is the last hint."
        if self.stored:
            return f"Ask again for the next of {self.total} hints."
        return (
            "The folder cannot be written, so the number of hints is not stored. For the next one, "
            f'call hint("{self.name}", step={count + 1}), or in a terminal '
            f"`bnlab hint {self.name} --step {count + 1}`."
        )

    def __repr__(self) -> str:
        return self.text(92)

    def text(self, width: int) -> str:
        """Return the hints in lines of this many columns."""
        lines = [f"{self.name}:"]
        for number, step in enumerate(self.steps, 1):
            lines += textwrap.wrap(
                f"{number}. {step}", width, subsequent_indent="   ",
                break_on_hyphens=False, break_long_words=False,
            )  # fmt: skip
        return "\n".join([*lines, *textwrap.wrap(self._more, width)])

    def _repr_html_(self) -> str:
        steps = "".join(f"<li>{escape(step)}</li>" for step in self.steps)
        return (
            f"<p><strong><code>{escape(self.name)}</code></strong></p>"
            f"<ol>{steps}</ol><p>{escape(self._more)}</p>"
        )


def hint(name: str, step: int | None = None) -> Hint:
    """Return one more hint than last time, with those before it.

    Hints cost no points. The number of hints that were asked for is stored on this disk only.

    Args:
        name: a task such as "batch_norm_backward".
        step: 1, 2 or 3 shows the hints up to this one instead.

    Raises:
        UserError: if there is no such task, or no such step.
    """
    steps = all_hints()[task(name).name]
    notes = read_notes()
    seen = notes.setdefault("hints", {})
    if step is None:
        step = min(int(seen.get(name, 0)) + 1, len(steps))
    if not 1 <= step <= len(steps):
        raise UserError(f"hint: step is {step}, expected 1 to {len(steps)}.")
    seen[name] = max(step, int(seen.get(name, 0)))
    stored = write_notes(notes)
    return Hint(name, steps[:step], len(steps), stored)


@cache
def all_hints() -> dict[str, tuple[str, ...]]:
    """Return the hints of every task, in the order in which they are shown."""
    table = tomllib.loads(Path(__file__).with_name("hints.toml").read_text("utf-8"))
    return {name: tuple(steps) for name, steps in table["hints"].items()}
