"""The time limits of workers, submissions and children.

Limits on memory, files and processes are in `linux/confinement.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

START_TIMEOUT_S = 120.0
"""Time for a worker to import torch; a busy machine needs 20 s."""
DEVICE_TIMEOUT_S = 60.0
"""Time for a child to initialise a GPU; a machine with many GPUs needs seconds for each."""
MIN_CPU_SHARE, MAX_STRETCH = 0.25, 8.0
"""A call may exceed its deadline if other processes kept the child from running.

At the deadline, a child that has had less CPU time than MIN_CPU_SHARE of the limit of a call gets
more time, up to MAX_STRETCH times that limit in addition."""


@dataclass(frozen=True)
class Limits:
    """The deadlines of a submission, in seconds of wall time.

    A child that other processes kept from running gets more: see MIN_CPU_SHARE. A limit on CPU
    time, `RLIMIT_CPU` in `linux/confinement.py`, applies in addition.

    Attributes:
        call_s: for one request.
        submission_s: for all requests of one submission, over all its children.
    """

    call_s: float = 4.0
    submission_s: float = 40.0


class Budget:
    """The time that is left for the requests of one submission, over all its children and runs.

    Only the time of requests counts, so that a submission does not pay for others that are judged
    at the same time.
    """

    def __init__(self, seconds: float):
        self._left = seconds

    @property
    def left(self) -> float:
        """The seconds that are left; 0 or less at the end."""
        return self._left

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Take the time of the block off the budget."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._left -= time.monotonic() - begun
