"""The time limits of workers and children.

Limits on memory, files and processes are in `linux/confinement.py`.
"""

from __future__ import annotations

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
    """The deadlines of a child, in seconds of wall time.

    A child that other processes kept from running gets more: see MIN_CPU_SHARE. A limit on CPU
    time, `RLIMIT_CPU` in `linux/confinement.py`, applies in addition.

    Attributes:
        call_s: for one request.
        submission_s: for all requests to one child.
    """

    call_s: float = 4.0
    submission_s: float = 40.0
