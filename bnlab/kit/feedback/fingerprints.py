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

UNPACKED = "array_for_a_tuple"
OF_DTYPE = "always_float32", "always_float64"
"""Slips that do not keep the other mistake from being seen."""

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
    """Return the known mistakes that explain these recorded outcomes: two at most, or none.

    The one that explains the first failed property comes first.
    """
    if task not in _tasks() or all(each.passed for each in outcomes):
        return ()
    mistakes = _tasks()[task]["mistakes"]
    hints = HINTS | {name: row["hint"] for name, row in mistakes.items()}
    found = diagnose(outcomes, _known(task))
    said = found.hints(hints)
    names = found.names if found.either else _ordered(found.names, outcomes, _known(task))
    return tuple(
        KnownMistake(name, said[name], mistakes[name]["page"] if name in mistakes else "")
        for name in names
    )


def _ordered(names: Sequence[str], outcomes: Sequence[Outcome], known: Known) -> Sequence[str]:
    """Return the names in the order in which a learner meets what they explain.

    Of two that explain the same failure, the one that explains less besides it comes first.
    Where an array cannot be unpacked, nothing else about the results is known.
    """
    if UNPACKED in names:
        return [UNPACKED]
    failed = [each.property.name for each in outcomes if not each.passed]

    def first(name: str) -> tuple[int, int]:
        if name in HINTS:
            return (len(failed) if name in OF_DTYPE else -1), 0
        places = (at for at, each in enumerate(failed) if each in known.failed[name])
        return next(places, len(failed)), len(known.failed[name])

    return sorted(names, key=first)


@cache
def _tasks() -> dict[str, dict[str, Any]]:
    return json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}


@cache
def _known(task: str) -> Known:
    return known_from_data(_tasks()[task])
