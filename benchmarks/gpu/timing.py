"""Times of work on a device: by its events on a GPU, by the clock of the process on the CPU."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

WARM_UP = 3


def median_seconds(work: Callable[[], object], device: str, repeats: int) -> float:
    """Return the median seconds of a piece of work, after a few runs that do not count."""
    for _ in range(WARM_UP):
        work()
    if device == "cpu":
        return statistics.median(_by_the_clock(work) for _ in range(repeats))
    pairs = [(_event(), _event()) for _ in range(repeats)]
    torch.cuda.synchronize()
    for begin, end in pairs:
        begin.record()
        work()
        end.record()
    torch.cuda.synchronize()
    return statistics.median(begin.elapsed_time(end) for begin, end in pairs) / 1e3


def _event() -> torch.cuda.Event:
    return torch.cuda.Event(enable_timing=True)


def _by_the_clock(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
