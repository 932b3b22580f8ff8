"""Where a result comes from: command, seeds, versions and machine."""

from __future__ import annotations

import datetime
import platform
from importlib.metadata import version
from pathlib import Path

import torch


def provenance(command: str, seeds: range | None, seconds: float) -> dict:
    """Everything needed to run a measurement again and to judge its timing.

    Args:
        command: what to type in the root of the repository.
        seeds: seeds of the full experiment, None where nothing is random.
        seconds: processor time of the measurement.
    """
    return {
        "command": command,
        "seeds": _span(seeds) if seeds else "none",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "numpy", "scipy", "scikit-learn")},
        "device": "cpu",
        "cpu": cpu_model(),
        "threads": torch.get_num_threads(),
        "date": datetime.date.today().isoformat(),
        "seconds": round(seconds, 1),
    }


def cpu_model() -> str:
    """Name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor() or platform.machine()
    lines = cpuinfo.read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _span(seeds: range) -> str:
    return f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])
