"""The units whose code runs on a GPU, and the modules that are tried there."""

from __future__ import annotations

import random

from bngrader.core import solutions
from bnlab.kit.course import coded_units


def on_the_device() -> list[str]:
    """Return the names of the units whose code runs on a GPU."""
    return [name for name, unit in coded_units().items() if unit.runs_on_gpu]


def modules(unit: str, small: bool) -> list[tuple[str, str]]:
    """Return name and source of the reference, the accepted solutions and the mistakes.

    The mistakes come in a random order, so that a part that runs out of time has tried all kinds.
    """
    mistakes = random.Random(0).sample(solutions.mistakes(unit), len(solutions.mistakes(unit)))
    accepted = solutions.accepted(unit)
    others = [accepted[0], mistakes[0]] if small else [*accepted, *mistakes]
    return [("reference", solutions.solved(unit)), *((e.name, e.source) for e in others)]
