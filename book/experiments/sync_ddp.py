"""Does torch's DistributedDataParallel synchronize batch norm, and whose buffers does it keep?

Two processes on one machine, connected by gloo; each holds half of the rows.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.distributed import destroy_process_group, init_process_group
from torch.multiprocessing.spawn import spawn
from torch.nn.functional import batch_norm
from torch.nn.parallel import DistributedDataParallel

SEEDS = range(1)
PROCESSES, ROWS, FEATURES = 2, 8, 5


def run(quick: bool) -> dict:
    """Distances of the outputs and the running means from what each hypothesis predicts."""
    with tempfile.TemporaryDirectory() as folder:
        spawn(_process, (folder,), PROCESSES)
        found = [torch.load(Path(folder) / f"{rank}.pt") for rank in range(PROCESSES)]
    shards = [rows(rank) for rank in range(PROCESSES)]
    whole = batch_norm(torch.cat(shards), None, None, training=True).split(ROWS)
    alone = [batch_norm(x, None, None, training=True) for x in shards]
    return {
        "from_own_rows": _largest([each["y"] for each in found], alone),
        "from_all_rows": _largest([each["y"] for each in found], list(whole)),
        # In front of the second forward pass the buffers of process 0 are sent to all.
        "buffers_from_first": _largest(
            [each["running_mean"] for each in found], [0.1 * shards[0].mean(0)] * PROCESSES
        ),
        "buffers_from_own": _largest(
            [each["running_mean"] for each in found], [0.1 * x.mean(0) for x in shards]
        ),
    }


def rows(rank: int) -> Tensor:
    """The rows of one process; the processes differ in their mean."""
    generator = torch.Generator().manual_seed(SEEDS[0] + rank)
    x = torch.randn(ROWS, FEATURES, dtype=torch.float64, generator=generator)
    return x + 2 * rank


def _process(rank: int, folder: str) -> None:
    init_process_group("gloo", f"file://{folder}/meet", rank=rank, world_size=PROCESSES)
    model = DistributedDataParallel(nn.BatchNorm1d(FEATURES).double())
    x = rows(rank)
    y = model(x)
    y.sum().backward()
    # Momentum 0 from here on: what the second pass leaves in the buffers is what it found there.
    model.module.momentum = 0.0
    model(x)
    seen = {"y": y.detach(), "running_mean": model.module.running_mean.clone()}
    torch.save(seen, Path(folder) / f"{rank}.pt")
    destroy_process_group()


def _largest(found: list[Tensor], wanted: list[Tensor]) -> float:
    pairs = zip(found, wanted, strict=True)
    return max((a - b).abs().max().item() for a, b in pairs)
