"""Where a measurement comes from: command, seed, machine, versions."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def provenance(
    program: str, arguments: Sequence[str], seed: int, start: float, libraries: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what somebody needs to repeat a measurement and to judge its times.

    Args:
        program: module below `benchmarks`, such as "grading".
        arguments: arguments of its command line.
        start: value of `time.perf_counter()` at its start.
        libraries: distributions whose versions matter.
    """
    return {
        "command": " ".join([f"python -m benchmarks.{program}", *arguments]),
        "seed": seed,
        "device": "cpu",
        "cpu": cpu_model(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in libraries},
        },
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.perf_counter() - start, 1),
    }


def cpu_model() -> str:
    """Return the name of the processor, as far as the system tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()
