"""The result of a check as plain data, for editors and scripts: `bnlab check --json`.

docs/formats.md describes the fields, docs/schemas/check.schema.json is their schema.
"""

from __future__ import annotations

from typing import Any

from ..testing.properties import Outcome
from .fingerprints import KnownMistake
from .result import Check
from .task_check import TaskCheck

FORMAT = 1
"""The version; it grows if a field goes or changes its meaning."""


def as_data(check: Check) -> dict[str, Any]:
    """Return the result of a check as JSON data."""
    return {
        "format": FORMAT,
        "passed": check.passed,
        "tasks": [_task(each) for each in check.tasks],
        "without_code": list(check.uncoded),
    }


def _task(each: TaskCheck) -> dict[str, Any]:
    return {
        "task": each.task.name,
        "unit": each.task.unit,
        "state": _state(each),
        "problem": each.problem,
        "earlier": list(each.earlier),
        "device": each.device or "cpu",
        "properties": [_property(each, outcome) for outcome in each.outcomes],
        "notes": list(each.notes),
        "mistakes": [_mistake(hint) for hint in each.hints],
    }


def _state(each: TaskCheck) -> str:
    if each.problem:
        return "not_checked"
    if not each.written:
        return "not_written"
    return "passed" if each.passed else "failed"


def _property(each: TaskCheck, outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.property.name,
        "sentence": outcome.property.sentence,
        "verdict": each.mark(outcome),
        "reason": "" if outcome.passed else each.reason(outcome),
        "notes": list(outcome.remarks),
    }


def _mistake(hint: KnownMistake) -> dict[str, str]:
    return {"name": hint.name, "hint": hint.hint, "page": hint.page}
