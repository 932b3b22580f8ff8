"""What the judges of a run are given: its settings and its submissions."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..core.report import Report

MAX_CONCURRENT = 4
"""Submissions that one judge process may have under way; all but one of them are slow."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What every judge process of a run is given.

    Attributes:
        secret: the course secret.
        cache_dir: the folder of the mistake cache; None computes it in each process.
        tier: the tier of the sandbox, None for the best that holds. The pool probes it once.
        limits: seconds for one call and for one submission, None for the defaults.
        device: where learners' code runs in the units that run on a GPU, "cpu" or "cuda".
        private: files and folders that learners' code must not be able to read.
    """

    secret: bytes
    cache_dir: Path | None = None
    tier: str | None = None
    limits: tuple[float, float] | None = None
    device: str = "cpu"
    private: tuple[Path, ...] = ()

    @property
    def max_concurrent(self) -> int:
        """Submissions that one judge process judges at a time; on a GPU, one."""
        return MAX_CONCURRENT if self.device == "cpu" else 1

    def probed(self) -> Settings:
        """Return the same settings with a tier that was probed on this machine.

        Raises:
            SandboxUnavailableError: the tier that was asked for does not hold, or none does.
        """
        tier = choose_tier(self.tier, self.device, self.private)
        if self.device != "cpu":  # the units that stay on the CPU run in the same tier
            choose_tier(tier, "cpu", self.private)
        log.info("sandbox: the tier is %s on %s", tier, self.device)
        return replace(self, tier=tier)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as a judge process reads them."""
        return {
            "secret": self.secret.hex(),
            "cache_dir": str(self.cache_dir.absolute()) if self.cache_dir else None,
            "tier": self.tier,
            "limits": self.limits,
            "max_concurrent": self.max_concurrent,
            "device": self.device,
            "private": [str(path.absolute()) for path in self.private],
        }


@dataclass(frozen=True)
class Job:
    """A submission to judge: the text of its module, or the reason why there is none."""

    learner: str
    unit: str
    source: str | None
    problem: str = ""


Result = tuple[Job, Report]
"""A submission and the report on it, whose status is `NOT_JUDGED` if the grader failed."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


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
