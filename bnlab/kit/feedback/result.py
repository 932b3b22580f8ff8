"""The result of a check: a table in a notebook, plain text in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .result_html import BOX, task_html
from .result_text import Style, task_text
from .task_check import TaskCheck

NO_CODE = "no code to check; this unit has a notebook only"


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
        return self.text(Style())

    def text(self, style: Style) -> str:
        """Return the result for a terminal of this style."""
        several = sum(not each.written for each in self.tasks) > 2
        lines = [line for each in self.tasks for line in task_text(each, style, not several)]
        lines += [f"{name}: {NO_CODE}" for name in self.uncoded]
        return "\n".join(lines + several * ["For a hint, run `bnlab hint TASK`."])

    def _repr_html_(self) -> str:
        notes = (
            f'<div style="{BOX}"><p><strong>{escape(name)}</strong> {NO_CODE}</p></div>'
            for name in self.uncoded
        )
        return "".join((*map(task_html, self.tasks), *notes))
