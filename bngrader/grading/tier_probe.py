"""The choice of a sandbox tier for a run, probed once on each machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def choose_tier(wanted: str | None, device: str = "cpu", private: Sequence[Path] = ()) -> str:
    """Return the tier that was asked for, or the strongest that holds, after probing it.

    Args:
        wanted: a tier, or None for the strongest that holds.
        device: the device of the run, "cpu" or "cuda".
        private: files and folders that no child may read, such as the solutions and the course.

    Raises:
        SandboxUnavailableError: the wanted tier does not hold, or no tier does.
        DeviceUnavailableError: no confined child computes on the device.
    """
    from ..sandbox import choose  # imports NumPy and torch, which a finished run does not need

    try:
        return choose.choose_tier(wanted, device, private).tier
    finally:
        choose.close_spare_workers()  # judge processes start workers of their own
