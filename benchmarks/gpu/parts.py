"""The parts of a run on a GPU: their order, their time, and what a part is told.

A part is a generator of `(key, value)` rows. A row is written as soon as it is there, so that a
part that runs out of time keeps the rows before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Rows = Iterator[tuple[str, Any]]


@dataclass(frozen=True)
class Part:
    """One part of the run: the module of this package with its name has its `rows(ask)`.

    Attributes:
        seconds: the most that it may take.
        what: what it measures, in words.
        needs: the distributions that it imports besides NumPy and torch.
    """

    name: str
    seconds: float
    what: str
    needs: tuple[str, ...] = ()


PARTS = (
    Part("machine", 40, "the GPU, its memory bandwidth, and the versions"),
    Part("escape", 60, "escape probes with the device nodes of the driver open", ("safetensors",)),
    Part("kernels", 90, "kernels of batch norm against the memory bandwidth"),
    Part("check", 60, "`bnlab check` of the torch units on the device", ("scipy",)),
    Part("portability", 40, "what a check on the CPU foretells, and what the device then does"),
    Part("throughput", 90, "submissions per second", ("safetensors", "scipy")),
    Part("marks", 330, "a class on the device and on the CPU", ("safetensors", "scipy")),
)
"""Those of which less is lost if the time is over come last; the last gets what is left of it."""


@dataclass(frozen=True)
class Ask:
    """What a part is told.

    Attributes:
        device: the device to measure, "cuda" or, in a dry run, "cpu".
        small: whether sizes are small, for a dry run.
        seconds: the time that the part has.
    """

    device: str
    small: bool
    seconds: float
