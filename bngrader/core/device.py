"""Which device learners' code is run on: what a teacher may ask for, and what a unit gets."""

from __future__ import annotations

from bnlab.kit.course import unit as find_unit

DEVICES = ("cpu", "cuda")
"""Where a child may compute."""

CHOICES = (*DEVICES, "auto")
"""What may be asked for; "auto" is decided by trying."""


def device_of(unit: str, device: str) -> str:
    """Where a unit is judged in a run on `device`: NumPy, for one, computes on the CPU."""
    return device if find_unit(unit).runs_on_gpu else "cpu"
