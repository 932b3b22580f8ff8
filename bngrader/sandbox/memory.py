"""Whether a machine has too little memory for a worker: the sentence for a tier that fails."""

from __future__ import annotations

import resource
from pathlib import Path

ADDRESS_SPACE_MIB, AVAILABLE_MIB = 3_000, 600
"""What a worker needs: address space, most of it never touched, and memory."""


def memory_problem(meminfo: Path = Path("/proc/meminfo")) -> str:
    """Return a sentence if this process has too little memory for a worker, else ""."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit // 2**20 < ADDRESS_SPACE_MIB:
        return (
            f"the limit on address space is {limit // 2**20} MiB, "
            f"expected at least {ADDRESS_SPACE_MIB} MiB (`ulimit -v`)"
        )
    try:
        rows = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        available = int(rows["MemAvailable"].split()[0]) // 1024
    except (OSError, ValueError, KeyError):
        return ""
    if available < AVAILABLE_MIB:
        return f"the free memory is {available} MiB, expected at least {AVAILABLE_MIB} MiB"
    return ""
