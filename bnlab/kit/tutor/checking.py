"""`check("batch_moments")`: what is right and what is wrong with the file as it is saved now."""

from __future__ import annotations

import difflib
import importlib.util
import sys
import textwrap
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..tasks import Task, coded_stems, stem, stems, task
from ..testing import verbs
from ..testing.agree import Disagreement, LearnerError, as_float64, is_array
from ..testing.properties import Outcome, Property, examine, properties
from ..testing.student import LocalStudent
from .library import address
from .likeness import Likeness, likely
from .patience import TookTooLong, few_words, patience

if TYPE_CHECKING:
    import torch

MARK = {True: "passed", False: "failed"}
SECONDS = 10.0
"""How long a file may take to load, and then one property to be looked at."""
NO_CODE = "no code to check; predict, measure and explain in its notebook"
CELLS = 12
"""A heat table shows at most this many rows and columns."""


@dataclass(frozen=True)
class TaskCheck:
    """What the public checks saw of one task.

    Attributes:
        problem: why nothing could be checked; "" where it could.
        hints: the known mistakes that the results look like.
        device: where the code ran; "" for the CPU.
    """

    task: Task
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""
    hints: tuple[Likeness, ...] = ()
    device: str = ""

    @property
    def passed(self) -> bool:
        return not self.problem and all(each.passed for each in self.outcomes)

    @property
    def written(self) -> bool:
        return bool(self.problem) or not all(
            each.end == "raises NotImplementedError" for each in self.outcomes
        )

    @property
    def summary(self) -> str:
        """One line: how far this task is."""
        if self.problem:
            return self.problem
        if not self.written:
            turn = f"not written yet: it is your turn, in bnlab/{self.task.stem}.py"
            return f'{turn}; hint("{self.task.name}") gives a first step'
        count = sum(each.passed for each in self.outcomes)
        on = f", on {self.device}" if self.device else ""
        return f"{count} of {len(self.outcomes)} properties hold{on}"


class Check:
    """The result of a check: a table in a notebook, plain text in a terminal.

    Attributes:
        uncoded: the stems that were asked for and have no code to check.
    """

    def __init__(self, tasks: Sequence[TaskCheck], uncoded: Sequence[str] = ()):
        self.tasks, self.uncoded = tuple(tasks), tuple(uncoded)

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.tasks)

    @property
    def summaries(self) -> list[str]:
        """One line for each task, and for each stem without any."""
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


def check(*names: str) -> Check:
    """Checks tasks, or all tasks of a stem, against the file on disk.

    Args:
        names: tasks such as "batch_moments", or stems such as "moments"; nothing for all.

    Raises:
        ValueError: where a name is neither.
    """
    wanted: list[Task] = []
    uncoded = [name for name in names if name in stems() and not stem(name).coded]
    for name in names or tuple(coded_stems()):
        wanted += stem(name).tasks if name in stems() else (task(name),)
    loaded: dict[str, ModuleType | str] = {}
    for each in wanted:
        if each.stem not in loaded:
            loaded[each.stem] = _load(each.stem)
    return Check([_check_task(each, loaded[each.stem]) for each in wanted], uncoded)


def _load(name: str) -> ModuleType | str:
    """The learner's module as it is saved now, or why there is none.

    A fresh module each time: what a notebook imported before cannot be in the way.
    """
    package = Path(import_module("bnlab").__file__ or "").parent
    path = package / f"{name}.py"
    shown = f"bnlab/{name}.py"
    if not path.is_file():
        return f"{shown} is missing; put the file back where it was"
    spec = importlib.util.spec_from_file_location(f"bnlab.{name}", path)
    if spec is None or spec.loader is None:
        return f"{shown} is not a Python file"
    module = importlib.util.module_from_spec(spec)
    if stem(name).library == "torch":
        import_module("torch")  # its seconds are not the learner's
    try:
        # Compiled here and not by the loader, whose cache trusts the clock.
        with few_words(), patience(SECONDS):
            exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except TookTooLong as error:
        return f"{shown} {error}"
    except (Exception, SystemExit) as error:
        known = verbs.learner_error(error, str(path))
        where = f", line {known.line}" if known.line else ""
        return f"{shown} cannot be imported: {known.type_name}{where}: {known.message}"
    return module


def _check_task(each: Task, module: ModuleType | str) -> TaskCheck:
    if isinstance(module, str):
        return TaskCheck(each, problem=module)
    missing = _missing(each, module)
    if missing:
        return TaskCheck(each, problem=missing)
    device = _device(each.stem)
    student = LocalStudent(module, device)
    checks = properties(import_module(f"bnlab.kit.checks.{each.stem}"))
    outcomes: list[Outcome] = []
    try:
        with one_thread(), few_words(), nullcontext() if device is None else verbs.exact():
            for prop in checks:
                if prop.task == each.name:
                    with patience(SECONDS):
                        outcomes.append(examine(prop, student, public_rng(prop)))
    except TookTooLong as error:
        return TaskCheck(each, problem=f"{each.name} {error}")
    on = "" if device is None else str(device)
    return TaskCheck(each, tuple(outcomes), hints=likely(each.name, outcomes), device=on)


def _device(name: str) -> torch.device | None:
    """A GPU to run a stem's code on, where it is for one and one is there; else None."""
    if not stem(name).travels:
        return None
    from ..networks.devices import for_checks

    return None if for_checks().type == "cpu" else for_checks()


def _missing(each: Task, module: ModuleType) -> str:
    """What to say where the file has no such function or method any more; "" where it has."""
    holder: object = module
    for name in each.name.split("."):
        if not hasattr(holder, name):
            near = difflib.get_close_matches(name, vars(holder), n=1, cutoff=0.8)
            renamed = f"; it has {near[0]}, was it renamed?" if near else "; was it renamed?"
            return f"bnlab/{each.stem}.py has no {each.name}{renamed}"
        holder = getattr(holder, name)
    return ""


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: on a few numbers a second one only waits, up to 20 ms a call."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 0
    if torch:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch:
            torch.set_num_threads(before)


def public_rng(each: Property) -> np.random.Generator:
    """The inputs of a public check are the same for everybody, every time."""
    return np.random.default_rng(zlib.crc32(f"{each.task}/{each.name}".encode()))


def _reason(outcome: Outcome) -> str:
    """Why a property does not hold, with the learner's own error where there is one."""
    error = outcome.error
    if isinstance(error, LearnerError) and error.type_name != "NotImplementedError":
        where = f" (line {error.line})" if error.line else ""
        return f"{error.type_name}{where}: {error.message}"
    return outcome.failure


def _text(each: TaskCheck) -> list[str]:
    lines = [f"{each.task.name}: {each.summary}"]
    if each.problem or not each.written:
        return lines
    for outcome in each.outcomes:
        lines.append(f"  {MARK[outcome.passed]}  {outcome.property.sentence}")
        if not outcome.passed:
            lines.append(f"          {_reason(outcome)}")
        lines += [f"          note: {each}" for each in outcome.remarks]
    for hint in each.hints:
        text = f"This looks familiar. {hint}"
        lines += textwrap.wrap(text, 92, initial_indent="  ", subsequent_indent="  ")
    return lines if each.passed or each.hints else [*lines, f"  {_stuck(each)}"]


def _stuck(each: TaskCheck) -> str:
    return f'Where to begin? hint("{each.task.name}") gives a step.'


_BOX = (
    "border:1px solid var(--jp-border-color1,#8888);border-radius:6px;"
    "padding:.6em 1em;margin:.4em 0"
)
# JupyterLab's colours, VS Code's, and elsewhere two that can be read on white and on black.
COLOUR = {
    True: "var(--jp-success-color1,var(--vscode-testing-iconPassed,#3a8f3f))",
    False: "var(--jp-error-color1,var(--vscode-testing-iconFailed,#e0433f))",
}


def _html(each: TaskCheck) -> str:
    head = f"<p><strong><code>{escape(each.task.name)}</code></strong> {escape(each.summary)}</p>"
    if each.problem or not each.written:
        return f'<div style="{_BOX}">{head}</div>'
    rows = "".join(
        f'<tr><td style="color:{COLOUR[outcome.passed]};font-weight:bold">{MARK[outcome.passed]}'
        f'</td><td style="text-align:left">{escape(outcome.property.sentence)}'
        + ("" if outcome.passed else f"<br><em>{escape(_reason(outcome))}</em>")
        + "".join(f"<br>note: {escape(each)}" for each in outcome.remarks)
        + "</td></tr>"
        for outcome in each.outcomes
    )
    hints = "".join(map(_familiar, each.hints))
    if not (each.passed or each.hints):
        hints = f"<p>{escape(_stuck(each))}</p>"
    first = next((o for o in each.outcomes if isinstance(o.error, Disagreement)), None)
    heat = _heat(first.error) if first and isinstance(first.error, Disagreement) else ""
    return f'<div style="{_BOX}">{head}<table>{rows}</table>{hints}{heat}</div>'


def _familiar(hint: Likeness) -> str:
    link = address(hint.page) if hint.page else ""
    page = f'<a href="{escape(link)}">{escape(hint.page)}</a>' if link else escape(hint.page)
    where = f" In the book: {page}" if page else ""
    return f"<p><strong>This looks familiar.</strong> {escape(hint.hint)}{where}</p>"


def _heat(error: Disagreement) -> str:
    """Where the first wrong result differs: a table of |yours - expected|, darker is further."""
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
            for v in row[:CELLS]
        )
        + "</tr>"
        for row in table[:CELLS]
    )
    cut = " (the first rows and columns)" if max(table.shape) > CELLS else ""
    return (
        f"<details open><summary>Where <code>{escape(error.what)}</code> is off: "
        f"|yours - expected|{cut}</summary><table>{cells}</table></details>"
    )
