"""More time for a call whose process other processes kept from running."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from .limits import MAX_STRETCH, MIN_CPU_SHARE

ASLEEP_S = 0.05
"""A process that neither ran nor waited for a CPU that long, between two requests for more time, is
asleep."""
STEP_S = 0.2
"""The time by which a deadline moves at once."""


class CpuTimes:
    """The times that the kernel keeps for a process.

    Args:
        pidfd: a descriptor of the process.
    """

    def __init__(self, pidfd: int):
        self._fd = -1
        try:
            with open(f"/proc/self/fdinfo/{pidfd}") as file:
                fields = file.read().split()
            # Documentation/scheduler/sched-stats.rst: /proc/<pid>/schedstat, in nanoseconds.
            path = f"/proc/{fields[fields.index('Pid:') + 1]}/schedstat"
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except (OSError, ValueError):
            pass  # the process has ended, or this kernel has no such file: no call gets more time

    def read(self) -> tuple[float, float]:
        """Return the seconds in which the process ran, and in which it waited for a CPU."""
        try:
            ran, waited, _ = os.pread(self._fd, 100, 0).split()
        except (OSError, ValueError):
            return 0.0, 0.0
        return int(ran) / 1e9, int(waited) / 1e9

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class Extension:
    """The time that one call gets after its deadline. Make it when the call begins, then call it.

    A call gets more time only while its process wants to run and has had less than its share, both
    counted from the beginning of the call.

    Args:
        times: returns the seconds in which the process ran and waited; see `CpuTimes.read`.
        call_s: the limit of a call, in seconds.
        deadline: a time of `time.monotonic()`.
    """

    def __init__(self, times: Callable[[], tuple[float, float]], call_s: float, deadline: float):
        self._times, self._begin, self._seen = times, times(), -1.0
        self._share = MIN_CPU_SHARE * call_s
        self._latest = deadline + MAX_STRETCH * call_s

    def __call__(self) -> float:
        """Return the seconds by which the deadline moves; 0 if the call has to end."""
        ran, waited = (now - then for now, then in zip(self._times(), self._begin, strict=True))
        asleep = self._seen >= 0 and ran + waited - self._seen < ASLEEP_S
        self._seen = ran + waited
        if asleep or not ran < self._share < ran + waited:
            return 0.0
        return min(self._latest - time.monotonic(), STEP_S)
