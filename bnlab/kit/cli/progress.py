"""`progress()` and `bnlab status`: which tasks pass all of their public checks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..course import Unit, units
from ..local_state import home, read_notes, write_notes

NOTEBOOK_ONLY = "(notebook only)"
HANDED_IN = "zip written"
"""The kit knows which zips it wrote, and not whether they were uploaded."""
LEFT = "text-align:left"
SHADE = {"done": "#2e7d32", "not right yet": "#b26a00", "open": "#8888"}


@dataclass(frozen=True)
class Progress:
    """The state of every task by unit: a table in a notebook, text in a terminal.

    Attributes:
        states: "done", "not right yet" or "open" for each task of each unit; a unit without tasks
            has no states.
        submitted: the units with a zip in `submissions/`.
    """

    states: dict[str, dict[str, str]]
    submitted: frozenset[str]

    @property
    def done(self) -> int:
        """The number of tasks that are done."""
        return sum(state == "done" for row in self.states.values() for state in row.values())

    @property
    def total(self) -> int:
        """The number of tasks of the course."""
        return sum(map(len, self.states.values()))

    def __repr__(self) -> str:
        lines = []
        for name, row in self.states.items():
            handed = HANDED_IN if name in self.submitted else ""
            for task, state in (row or {NOTEBOOK_ONLY: ""}).items():
                line = f"{units()[name].slug:<14} {task:<26} {state:<14} {handed}"
                lines.append(line.rstrip())
                handed = ""  # once for each unit
        bar = "#" * self.done + "." * (self.total - self.done)
        return "\n".join([*lines, f"{self.done} of {self.total} tasks done  [{bar}]"])

    def _repr_html_(self) -> str:
        rows = "".join(self._row(units()[name], row) for name, row in self.states.items())
        return (
            f"<p><strong>{self.done} of {self.total} tasks done</strong> "
            f'<progress max="{self.total}" value="{self.done}"></progress></p>'
            f'<table><tr><th style="{LEFT}">unit</th><th style="{LEFT}">tasks</th>'
            f"<th>{HANDED_IN}</th></tr>{rows}</table>"
        )

    def _row(self, unit: Unit, row: dict[str, str]) -> str:
        boxes = " ".join(
            # Not `white-space`, which JupyterLab removes.
            f'<span style="border-bottom:4px solid {SHADE[state]};padding:0 .3em">'
            f"<code>{escape(task)}</code>&nbsp;{state.replace(' ', '&nbsp;')}</span>"
            for task, state in row.items()
        )
        boxes = boxes or NOTEBOOK_ONLY
        handed = "yes" if unit.name in self.submitted else ""
        return (
            f'<tr><td style="{LEFT}">{unit.number}. {escape(unit.title)}</td>'
            f'<td style="{LEFT}">{boxes}</td><td>{handed}</td></tr>'
        )


def progress() -> Progress:
    """Return the state of every task.

    A unit is checked only if its module or its checks have changed since the last time.
    """
    notes = read_notes()
    known = notes.get("checked", {})
    states = {}
    for each in units().values():
        digest = _digest(each)
        row = known.get(each.name, {})
        if row.get("digest") != digest or set(row["states"]) != {one.name for one in each.tasks}:
            row = {"digest": digest, "states": _states(each)}
        known[each.name] = row
        # In the order of the course: the stored state is sorted by name.
        states[each.name] = {one.name: row["states"][one.name] for one in each.tasks}
    write_notes(notes | {"checked": known})
    handed = home() / "submissions"
    submitted = {name for name in states if any(handed.glob(f"{name}-*.zip"))}
    return Progress(states, frozenset(submitted))


def _states(each: Unit) -> dict[str, str]:
    from ..feedback.checker import check

    return {
        row.task.name: "done" if row.passed else "not right yet" if row.written else "open"
        for row in check(each.name).tasks
    }


def _digest(each: Unit) -> str:
    """Return a digest of the learner's module and of the checks of its unit."""
    checks = Path(__file__).parents[1] / "checks"
    paths = home() / "bnlab" / f"{each.name}.py", checks / f"{each.name}.py"
    content = b"\0".join(path.read_bytes() if path.is_file() else b"" for path in paths)
    return hashlib.sha256(content).hexdigest()
