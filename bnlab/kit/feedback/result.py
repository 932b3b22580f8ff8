"""The result of a check: a table in a notebook, plain text in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import numpy as np

from ..course import Task
from ..testing.assertions import LearnerError, MismatchError, as_float64, is_array
from ..testing.properties import Outcome
from .book_links import address
from .fingerprints import KnownMistake

NO_CODE = "no code to check; this unit has a notebook only"
KNOWN = "This looks like a known mistake."
MAX_CELLS = 12
"""Rows and columns of the largest table of differences."""


@dataclass(frozen=True)
class TaskCheck:
    """The result of the public checks of one task.

    Attributes:
        problem: why the task could not be checked; "" if it could.
        hints: the known mistakes that give the same results.
        device: the device that ran the code; "" for the CPU.
        earlier: a sentence for each earlier task that is used and is not right yet.
    """

    task: Task
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""
    hints: tuple[KnownMistake, ...] = ()
    device: str = ""
    earlier: tuple[str, ...] = ()

    def after(self, used: Sequence[TaskCheck]) -> TaskCheck:
        """Return the same result with sentences on the earlier tasks that this one uses.

        Grading puts our solutions in the place of earlier units, so these cost no points there;
        earlier tasks of the same unit do.
        """
        faults = tuple(
            f"it uses {each.task.name} of bnlab/{each.task.unit}.py, which is "
            + ("not right yet" if each.written else "not written yet")
            + f": see `bnlab check {each.task.name}`"
            for each in used
            if not each.passed
        )
        problem = self.problem or ("; ".join(faults) if faults and not self.written else "")
        return replace(self, problem=problem, earlier=faults)

    @property
    def passed(self) -> bool:
        return not self.problem and all(each.passed for each in self.outcomes)

    @property
    def written(self) -> bool:
        return bool(self.problem) or not all(each.unwritten for each in self.outcomes)

    @property
    def summary(self) -> str:
        """The state of the task in one line."""
        if self.problem:
            return self.problem
        if not self.written:
            return f"not written yet; write it in bnlab/{self.task.unit}.py"
        count = sum(each.passed for each in self.outcomes)
        on = f", on {self.device}" if self.device else ""
        return f"{count} of {len(self.outcomes)} properties hold{on}"

    def mark(self, outcome: Outcome) -> str:
        """Return "passed", "failed" or "waits".

        A property waits if it cannot be checked until another result is right.
        """
        if outcome.passed:
            return "passed"
        failed = [one for one in self.outcomes if not one.passed]
        return "waits" if _waits(outcome) and not all(map(_waits, failed)) else "failed"

    def reason(self, outcome: Outcome) -> str:
        """Return why a property does not hold, with the error of the learner's code if any."""
        error = outcome.error
        if isinstance(error, MismatchError) and self.mark(outcome) == "waits":
            return f"waits for: {error.what}"
        if isinstance(error, LearnerError) and error.type_name != "NotImplementedError":
            where = f" (line {error.line})" if error.line else ""
            return f"{error.type_name}{where}: {error.message}"
        return outcome.failure


class Check:
    """The result of a check: a table in a notebook, plain text in a terminal.

    Attributes:
        uncoded: the names of the units without code that were to be checked.
    """

    def __init__(self, tasks: Sequence[TaskCheck], uncoded: Sequence[str] = ()):
        self.tasks, self.uncoded = tuple(tasks), tuple(uncoded)

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.tasks)

    @property
    def summaries(self) -> list[str]:
        """One line for each task, and for each unit without code."""
        lines = [f"{each.task.name}: {each.summary}" for each in self.tasks]
        return lines + [f"{name}: {NO_CODE}" for name in self.uncoded]

    def __repr__(self) -> str:
        lines = [line for each in self.tasks for line in _text(each)]
        return "\n".join(lines + [f"{name}: {NO_CODE}" for name in self.uncoded])

    def _repr_html_(self) -> str:
        notes = (
            f'<div style="{_BOX}"><p><strong>{escape(name)}</strong> {NO_CODE}</p></div>'
            for name in self.uncoded
        )
        return "".join((*map(_html, self.tasks), *notes))


def _waits(outcome: Outcome) -> bool:
    """Return whether a wrong result keeps the property from being checked."""
    return isinstance(outcome.error, MismatchError) and outcome.error.waits


def _text(each: TaskCheck) -> list[str]:
    head = f"{each.task.name}: {each.summary}"
    if not each.written:
        return [f"{head}, or run `bnlab hint {each.task.name}`"]
    lines = [head]
    if each.problem:
        return lines
    for outcome in each.outcomes:
        lines.append(f"  {each.mark(outcome):6}  {outcome.property.sentence}")
        if not outcome.passed:
            lines.append(f"          {each.reason(outcome)}")
        lines += [f"          note: {remark}" for remark in outcome.remarks]
    lines += [f"  note: {fault}" for fault in each.earlier]
    for hint in each.hints:
        text = f"{KNOWN} {hint}"
        lines += textwrap.wrap(
            text, 92, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
    return (
        lines
        if each.passed or each.hints
        else [*lines, f"  For a hint, run `bnlab hint {each.task.name}`."]
    )


_BOX = (
    "border:1px solid var(--jp-border-color1,#8888);border-radius:6px;"
    "padding:.6em 1em;margin:.4em 0"
)
# The colours of JupyterLab or VS Code, else colours that can be read on white and on black.
COLOUR = {
    "passed": "var(--jp-success-color1,var(--vscode-testing-iconPassed,#3a8f3f))",
    "failed": "var(--jp-error-color1,var(--vscode-testing-iconFailed,#e0433f))",
    "waits": "var(--jp-ui-font-color2,var(--vscode-descriptionForeground,#767676))",
}


def _html(each: TaskCheck) -> str:
    call = f"<code>hint(&quot;{escape(each.task.name)}&quot;)</code>"
    first = "" if each.written else f", or call {call}"
    name = f"<strong><code>{escape(each.task.name)}</code></strong>"
    head = f"<p>{name} {escape(each.summary)}{first}</p>"
    if each.problem or not each.written:
        return f'<div style="{_BOX}">{head}</div>'
    rows = "".join(
        f'<tr><td style="color:{COLOUR[each.mark(outcome)]};font-weight:bold">'
        f"{each.mark(outcome)}"
        f'</td><td style="text-align:left">{escape(outcome.property.sentence)}'
        + ("" if outcome.passed else f"<br><em>{escape(each.reason(outcome))}</em>")
        + "".join(f"<br>note: {escape(remark)}" for remark in outcome.remarks)
        + "</td></tr>"
        for outcome in each.outcomes
    )
    notes = "".join(f"<p>note: {escape(fault)}</p>" for fault in each.earlier)
    hints = "".join(map(_known_mistake, each.hints))
    if not (each.passed or each.hints):
        hints = f"<p>For a hint, call {call}.</p>"
    wrong = next((o.error for o in each.outcomes if isinstance(o.error, MismatchError)), None)
    heat = _heat(wrong) if wrong else ""
    return f'<div style="{_BOX}">{head}<table>{rows}</table>{notes}{hints}{heat}</div>'


def _known_mistake(hint: KnownMistake) -> str:
    link = address(hint.page) if hint.page else ""
    page = f'<a href="{escape(link)}">{escape(hint.page)}</a>' if link else escape(hint.page)
    where = f" In the book: {page}" if page else ""
    return f"<p><strong>{KNOWN}</strong> {escape(hint.hint)}{where}</p>"


def _heat(error: MismatchError) -> str:
    """Return a table of |yours - expected| for a wrong result; a darker cell differs more."""
    got, want = error.got, error.want
    if not (is_array(got) and is_array(want)) or tuple(got.shape) != tuple(want.shape):
        return ""
    far = np.abs(as_float64(got) - as_float64(want))
    table = far.reshape(1, -1) if far.ndim < 2 else far.reshape(len(far), -1)
    if not table.size:
        return ""
    most = np.nanmax(table, initial=0.0) or 1.0
    cells = "".join(
        "<tr>"
        + "".join(
            f'<td style="background:rgba(198,40,40,{0.0 if np.isnan(v) else 0.6 * v / most:.2f})">'
            f"{v:.1e}</td>"
            for v in row[:MAX_CELLS]
        )
        + "</tr>"
        for row in table[:MAX_CELLS]
    )
    cut = " (the first rows and columns)" if max(table.shape) > MAX_CELLS else ""
    return (
        f"<details open><summary>Where <code>{escape(error.what)}</code> differs: "
        f"|yours - expected|{cut}</summary><table>{cells}</table></details>"
    )
