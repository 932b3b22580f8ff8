"""The GPU of this machine, and the bandwidth of its memory."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from benchmarks.gpu.parts import Ask, Rows
from benchmarks.gpu.timing import median_seconds
from benchmarks.provenance import cpu_model

DRIVER = Path("/proc/driver/nvidia/version")


def rows(ask: Ask) -> Rows:
    """Yield name, memory, driver and measured bandwidth."""
    yield "torch", torch.__version__
    yield "cores", len(os.sched_getaffinity(0))
    yield "name", torch.cuda.get_device_name() if ask.device == "cuda" else cpu_model()
    if ask.device == "cuda":
        found = torch.cuda.get_device_properties(0)
        yield "memory_gib", round(found.total_memory / 2**30, 1)
        yield "multiprocessors", found.multi_processor_count
        yield "cuda", torch.version.cuda
        yield "cudnn", torch.backends.cudnn.version()
        if DRIVER.exists():
            yield "driver", DRIVER.read_text().splitlines()[0]
    yield "copy_bytes_per_second", bandwidth(ask)


def bandwidth(ask: Ask) -> float:
    """Return the bytes that a copy reads and writes in a second."""
    count = 2**20 if ask.small else 2**28
    x = torch.rand(count, device=ask.device)
    y = torch.empty_like(x)
    seconds = median_seconds(lambda: y.copy_(x), ask.device, 5 if ask.small else 30)
    return 2 * x.nbytes / seconds
