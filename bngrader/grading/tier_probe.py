"""The choice of a sandbox tier for a run, probed once on each machine.

Until the sandbox has `sandbox/choose.py`, its older functions take the place of it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..sandbox import sandbox
from ..sandbox.tiers import TierCheck

HAS_CHOOSE = find_spec("bngrader.sandbox.choose") is not None


def _module(name: str) -> Any:
    from importlib import import_module

    return import_module(f"bngrader.sandbox.{name}")


def choose_tier(wanted: str | None, device: str = "cpu", private: Sequence[Path] = ()) -> str:
    """Return the tier that was asked for, or the best one, after it was probed.

    Raises:
        SandboxUnavailableError: it does not hold, or none does.
    """
    if HAS_CHOOSE:
        choose = _module("choose")
        try:
            return str(choose.choose_tier(wanted, device, private).tier)
        finally:
            choose.close_spare_workers()  # judge processes have workers of their own
    try:
        return sandbox._tried(wanted, device).tier
    finally:
        sandbox._close_spare()


def check_tier(tier: str, device: str = "cpu", private: Sequence[Path] = ()) -> TierCheck:
    """Return the results of the escape probes in one tier."""
    if HAS_CHOOSE:
        found: TierCheck = _module("choose").check_tier(tier, device, private)
        return found
    return sandbox.probe(tier, device)


def resolve_device(device: str, tier: str | None, private: Sequence[Path] = ()) -> str:
    """Return "cuda" or "cpu" for what was asked for, which may be "auto"."""
    if HAS_CHOOSE:
        return str(_module("devices").resolve_device(device, tier, private))
    return sandbox.resolve_device(device, tier)


def judge_options(private: Sequence[Path], probe: bool) -> dict[str, Any]:
    """Return the new options of a judge: whether it probes its tier, and what is private."""
    return {"probe": probe, "private": tuple(private)} if HAS_CHOOSE else {}
