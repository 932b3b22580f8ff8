"""The devices on which learners' code computes: one user at a time, and which of them work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .choose import choose_tier, close_spare_workers
from .device_lock import device_lock
from .tiers import DeviceUnavailableError

__all__ = ["device_lock", "resolve_device"]


def resolve_device(device: str, tier: str | None = None, private: Sequence[Path] = ()) -> str:
    """Return "cuda" for "auto" if a confined child computes there, else "cpu".

    Args:
        device: "cpu", "cuda" or "auto"; the first two are returned as they are.
        tier, private: as for `choose_tier`.

    Raises:
        DeviceUnavailableError: if "cuda" is asked for and does not work.
    """
    if device == "cpu":
        return device
    try:
        choose_tier(tier, "cuda", private)
    except DeviceUnavailableError:
        if device == "auto":
            return "cpu"
        raise
    finally:
        close_spare_workers()  # the judge processes start workers of their own
    return "cuda"
