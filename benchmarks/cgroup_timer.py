"""Processor time of a whole tree of processes."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Meter:
    """Processor seconds of this process and all below it, ended ones too; wall time where not told.

    cgroup v1 counts them in `cpuacct.usage`, v2 in `cpu.stat`; either needs the right to make one.
    """

    def __init__(self) -> None:
        self.group: Path | None = None
        for root, file in (("cpuacct", "cpuacct.usage"), ("", "cpu.stat"), ("unified", "cpu.stat")):
            group = Path("/sys/fs/cgroup", root, f"bngrader-bench-{os.getpid()}")
            try:
                group.mkdir()
                (group / "cgroup.procs").write_text(str(os.getpid()))
                (group / file).read_text()
            except OSError:
                self._leave(group)
                continue
            self.group, self._file = group, group / file
            break

    @property
    def clock(self) -> str:
        return "processor time" if self.group else "wall time"

    def seconds(self) -> float:
        if self.group is None:
            return time.perf_counter()
        words = self._file.read_text().split()
        return int(words[0]) / 1e9 if len(words) == 1 else int(words[1]) / 1e6

    def close(self) -> None:
        if self.group is not None:
            self._leave(self.group)

    @staticmethod
    def _leave(group: Path) -> None:
        try:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))
            group.rmdir()
        except OSError:
            pass  # what is still in it goes with the machine
