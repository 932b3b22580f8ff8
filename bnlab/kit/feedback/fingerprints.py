"""The fingerprints of the known mistakes, by which `check` recognises them without their source.

`fingerprints.json` has for each task what the reference and its mistakes give in the public checks
(`bnlab.kit.diagnosis`), and for each mistake its hint and its page in the book.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..diagnosis.diagnose import diagnose
from ..diagnosis.known import Known, known_from_data
from ..diagnosis.slips import HINTS
from ..testing.properties import Outcome

FILE = Path(__file__).with_name("fingerprints.json")


@dataclass(frozen=True)
class KnownMistake:
    """A mistake that gives the same results.

    Attributes:
        name: its name, such as "unbiased_variance".
        hint: what the learner reads.
        page: the page of the book that explains it, or "".
    """

    name: str
    hint: str
    page: str


def recognise(task: str, outcomes: Sequence[Outcome]) -> tuple[KnownMistake, ...]:
    """Return the known mistakes that explain these recorded outcomes: two at most, or none."""
    if task not in _tasks() or all(each.passed for each in outcomes):
        return ()
    mistakes = _tasks()[task]["mistakes"]
    hints = HINTS | {name: row["hint"] for name, row in mistakes.items()}
    return tuple(
        KnownMistake(name, hint, mistakes[name]["page"] if name in mistakes else "")
        for name, hint in diagnose(outcomes, _known(task)).hints(hints).items()
    )


@cache
def _tasks() -> dict[str, dict[str, Any]]:
    return json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}


@cache
def _known(task: str) -> Known:
    return known_from_data(_tasks()[task])
