"""Which device learners' code is run on: what a teacher may ask for, and what a stem gets."""

from __future__ import annotations

from bnlab.kit.tasks import stem as find_stem

DEVICES = ("cpu", "cuda")
"""Where a child may compute."""

CHOICES = (*DEVICES, "auto")
"""What may be asked for; "auto" is decided by trying."""


def device_of(stem: str, device: str) -> str:
    """Where a stem is judged in a run on `device`: NumPy, for one, computes on the CPU."""
    return device if find_stem(stem).travels else "cpu"
