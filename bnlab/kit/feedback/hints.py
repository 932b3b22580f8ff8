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
    """The hints of a task that were asked for so far: HTML in a notebook, text in a terminal."""

    def __init__(self, name: str, steps: tuple[str, ...], total: int):
        self.name, self.steps, self.total = name, steps, total

    @property
    def _more(self) -> str:
        left = self.total - len(self.steps)
        return (
            f"Ask again for the next of {self.total} hints." if left else "This is the last hint."
        )

    def __repr__(self) -> str:
        lines = [f"{self.name}:"]
        for number, step in enumerate(self.steps, 1):
            lines += textwrap.wrap(f"{number}. {step}", 92, subsequent_indent="   ")
        return "\n".join([*lines, self._more])

    def _repr_html_(self) -> str:
        steps = "".join(f"<li>{escape(step)}</li>" for step in self.steps)
        return (
            f"<p><strong><code>{escape(self.name)}</code></strong></p>"
            f"<ol>{steps}</ol><p>{self._more}</p>"
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
    write_notes(notes)
    return Hint(name, steps[:step], len(steps))


@cache
def all_hints() -> dict[str, tuple[str, ...]]:
    """Return the hints of every task, in the order in which they are shown."""
    table = tomllib.loads(Path(__file__).with_name("hints.toml").read_text("utf-8"))
    return {name: tuple(steps) for name, steps in table["hints"].items()}
