"""Where a result comes from: command, seeds, versions and machine."""

from __future__ import annotations

import datetime
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import torch

PROTOCOL = Path(__file__).parents[1] / "protocol.md"


def governed() -> tuple[str, ...]:
    """Names of the experiments that have a section in the protocol."""
    return tuple(re.findall(r"^## (\w+)$", PROTOCOL.read_text("utf8"), re.M))


def protocol_commit() -> str:
    """Commit of the protocol as it is now.

    Raises:
        RuntimeError: the protocol has changes that are not committed.
    """
    changed = _git("status", "--porcelain", "--", PROTOCOL.name)
    if changed:
        raise RuntimeError("provenance: protocol.md has changes, commit it before the run.")
    return _git("log", "-1", "--format=%H", "--", PROTOCOL.name)


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ("git", *arguments), cwd=PROTOCOL.parent, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


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
