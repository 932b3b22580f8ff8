"""Processor time of a process and all its descendants."""

from __future__ import annotations

import os
import time
from pathlib import Path


class CgroupTimer:
    """A clock that counts the processor time of this process and its descendants.

    It moves this process into a cgroup of its own, which counts processes that have ended as well:
    in `cpuacct.usage` (cgroup v1) or `cpu.stat` (v2). Where no cgroup can be made, it counts wall
    time.

    Attributes:
        clock: "processor time" or "wall time".
    """

    def __init__(self) -> None:
        self._group: Path | None = None
        for root, file in (("cpuacct", "cpuacct.usage"), ("", "cpu.stat"), ("unified", "cpu.stat")):
            group = Path("/sys/fs/cgroup", root, f"bngrader-bench-{os.getpid()}")
            try:
                group.mkdir()
                (group / "cgroup.procs").write_text(str(os.getpid()))
                (group / file).read_text()
            except OSError:
                self._leave(group)
                continue
            self._group, self._file = group, group / file
            break
        self.clock = "processor time" if self._group else "wall time"

    def seconds(self) -> float:
        """Return the time so far, in seconds."""
        if self._group is None:
            return time.perf_counter()
        words = self._file.read_text().split()
        return int(words[0]) / 1e9 if len(words) == 1 else int(words[1]) / 1e6

    def close(self) -> None:
        """Move this process back and remove the cgroup."""
        if self._group is not None:
            self._leave(self._group)

    @staticmethod
    def _leave(group: Path) -> None:
        try:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))
            group.rmdir()
        except OSError:
            pass  # a descendant is still in it; an empty cgroup costs nothing
