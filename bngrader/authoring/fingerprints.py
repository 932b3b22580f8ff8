"""The fingerprints of the mistakes on the inputs of the public checks.

The mistakes are ours, so they run in this process; learners' code never does.
"""

from __future__ import annotations

import json
import types
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from bnlab.kit.course import Task, coded_units
from bnlab.kit.diagnosis.known import (
    Known,
    add_mistake,
    as_published,
    known_from_data,
    known_to_data,
    reference_of,
)
from bnlab.kit.diagnosis.moved import depends_on_rounding, fails_by_rounding, moved
from bnlab.kit.feedback.checker import public_rng
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.properties import Outcome, Property, properties, record_property
from bnlab.kit.testing.recorder import Recorder

from ..core import solutions

FILE = solutions.ROOT / "bnlab" / "kit" / "feedback" / "fingerprints.json"


def fingerprints_text(published: Path = FILE) -> str:
    """Return the content of `bnlab/kit/feedback/fingerprints.json`.

    Args:
        published: the file as it was made before. Numbers that differ from it by rounding only stay
            as they are there, so that the file is the same on every processor.
    """
    torch.set_num_threads(1)  # faster for small tensors
    before = json.loads(published.read_text("utf-8")) if published.is_file() else {}
    tasks = [task for unit in coded_units().values() for task in unit.tasks]
    rows = {}
    for task in tasks:
        known = known_mistakes(task)
        if "calls" in before.get(task.name, {}):
            known = as_published(known, known_from_data(before[task.name]))
        rows[task.name] = _row(task, known)
    return "{\n" + ",\n".join(_text(name, row) for name, row in sorted(rows.items())) + "\n}\n"


def known_mistakes(task: Task) -> Known:
    """Return what the reference of a task and its mistakes give in the public checks."""
    known = reference_of(*_runs(task, solutions.solved(task.unit), depends_on_rounding))
    for mistake in solutions.mistakes(task.unit):
        if task.name in mistake.loses:
            outcomes, others = _runs(task, mistake.source, fails_by_rounding)
            if not all(each.passed for each in outcomes):
                add_mistake(known, mistake.name, outcomes, others)
    return known


def check_outcomes(task: Task, source: str) -> list[Outcome]:
    """Return the recorded outcomes of the public checks of a task for the text of a module."""
    return _runs(task, source, lambda outcome: False)[0]


def _runs(
    task: Task, source: str, is_unsure: Callable[[Outcome], bool]
) -> tuple[list[Outcome], list[list[Outcome]]]:
    """Return the outcomes of the public checks, and those on inputs that are moved by rounding."""
    learner = LocalModule(_module(task.unit, source))
    checks = properties(import_module(f"bnlab.kit.checks.{task.unit}"))
    of_task = [each for each in checks if each.task == task.name]

    def run(each: Property, change: Callable[[Any], Any] | None) -> Outcome:
        return record_property(each, Recorder(learner, change), public_rng(each))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some mistakes divide by zero
        plain = [run(each, None) for each in of_task]
        again = [run(e.property, moved) if is_unsure(e) else e for e in plain]
    return plain, [again]


def _row(task: Task, known: Known) -> dict[str, Any]:
    data = known_to_data(known)
    for mistake in solutions.mistakes(task.unit):
        if mistake.name in data["mistakes"]:
            data["mistakes"][mistake.name] |= {"hint": mistake.hint, "page": mistake.page}
    return data


def _text(name: str, row: dict[str, Any]) -> str:
    """Return the entry of a task with a line for each mistake."""
    lines = [f"{_json(key)}:{_json(value)}" for key, value in sorted(row["mistakes"].items())]
    mistakes = "{\n" + ",\n".join(lines) + "\n}"
    return f'{_json(name)}:{{"calls":{_json(row["calls"])},"mistakes":{mistakes}}}'


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _module(unit: str, source: str) -> types.ModuleType:
    module = types.ModuleType(f"bnlab.{unit}")
    module.__file__ = f"bnlab/{unit}.py"
    exec(compile(source, module.__file__, "exec", dont_inherit=True), module.__dict__)
    return module
