"""What does batch norm cost in time and in memory, and how much of that must it cost?

Every repeat times all contenders once, in an order drawn anew, by processor time on one thread.
Ratios are taken within a repeat, so that a slow moment of the machine falls on both sides.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnlab.kit.nets.models import lenet
from book.experiments._shared.analysis import median_summary
from book.experiments._shared.solutions import solved
from book.experiments._shared.trials import trials

SEEDS = range(3)
# 98 MiB, far more than the processor's caches hold; and 6 MiB, which they may hold.
SHAPES = {"large": (32, 64, 112, 112), "small": (128, 16, 28, 28)}
# Passes over the tensor that no order of the work avoids, where it does not fit into the cache.
# Forward: read for the statistics, read and write for the output. Backward: read two tensors for
# the sums, read both again and write the gradient.
FORWARD, BOTH = 3, 8
REPEATS = {"large": 7, "small": 41, "lenet": 31, "block": 21}
WIDTHS = (16, 64, 128)  # channels of a convolution with batch norm behind it

Run = Callable[[], Any]
Norm = Callable[[Tensor], Tensor]


def run(quick: bool) -> dict:
    """Ratios of times, and arrays kept for the backward pass."""
    if quick:
        return {
            "quick": gather(trials(kernels, [0], shape=(8, 4, 8, 8), repeats=3, compiled=False))
        }
    compiled = shutil.which("gcc") is not None
    results: dict[str, Any] = {
        name: gather(trials(kernels, SEEDS, shape=shape, repeats=REPEATS[name], compiled=compiled))
        for name, shape in SHAPES.items()
    }
    results["lenet"] = steps(trials(lenets, SEEDS, repeats=REPEATS["lenet"]))
    for width in WIDTHS:
        found = trials(blocks, SEEDS, width=width, repeats=REPEATS["block"])
        results[f"block{width}"] = steps(found)
    return results


def gather(found: list[dict]) -> dict:
    """Each contender against torch's kernel and against the floor, forward and both ways."""
    results: dict[str, Any] = {"bytes": found[0]["bytes"]}
    seconds = merged(found)
    copied = np.array(seconds.pop("copy"))
    # A copy reads and writes; in GB/s.
    results["bandwidth"] = median_summary(2 * results["bytes"] / copied / 1e9)
    per_pass = copied / 2  # seconds to move the tensor once
    for name, column in seconds.items():
        way = "forward" if name.startswith("forward_") else "both"
        base = np.array(seconds[f"{way}_torch"])
        floor = per_pass * (FORWARD if way == "forward" else BOTH)
        contender = results.setdefault(name.removeprefix(f"{way}_"), {})
        contender[way] = {
            "milliseconds": 1e3 * float(np.median(column)),
            "ratio": median_summary(np.array(column) / base),
            "floors": median_summary(np.array(column) / floor),
        }
    for name, count in found[0]["kept"].items():
        results[name]["kept"] = count
    return results


def steps(found: list[dict]) -> dict:
    """Each contender against the network without batch norm."""
    seconds = merged(found)
    base = np.array(seconds["none"])
    return {
        name: {
            "milliseconds": 1e3 * float(np.median(column)),
            "ratio": median_summary(np.array(column) / base),
        }
        for name, column in seconds.items()
    }


def merged(found: list[dict]) -> dict[str, list[float]]:
    """Seconds of all trials, contender by contender."""
    return {
        name: [second for one in found for second in one["seconds"][name]]
        for name in found[0]["seconds"]
    }


def norms(channels: int, compiled: bool) -> dict[str, Norm]:
    """The ways to compute batch norm, by name."""
    weight, bias = (nn.Parameter(t) for t in (torch.ones(channels), torch.zeros(channels)))
    batch_norm_2d = solved("channels").batch_norm_2d
    found: dict[str, Norm] = {
        "torch": nn.BatchNorm2d(channels),
        "layer": solved("layer").BatchNorm(channels),
        "operations": lambda x: batch_norm_2d(x, weight, bias),
        "operations_var": lambda x: by_var(x, weight, bias),
    }
    if compiled:
        fused = torch.compile(batch_norm_2d)
        found["compiled"] = lambda x: fused(x, weight, bias)
    return found


def by_var(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Batch norm of maps or of rows with `torch.var`, which is slow on a processor."""
    values = x.transpose(0, 1).flatten(1)
    shape = (1, -1, *(1,) * (x.ndim - 2))
    mean, var = values.mean(dim=1).view(shape), values.var(dim=1, correction=0).view(shape)
    return (x - mean) / torch.sqrt(var + 1e-5) * weight.view(shape) + bias.view(shape)


def kernels(seed: int, shape: tuple[int, ...], repeats: int, compiled: bool) -> dict:
    """Seconds of each way to compute batch norm, and of a copy; arrays kept for backward."""
    torch.manual_seed(seed)
    x, dy, target = torch.randn(shape, requires_grad=True), torch.randn(shape), torch.empty(shape)
    source = x.detach()
    ways = norms(shape[1], compiled)

    def both(norm: Norm) -> Run:
        return lambda: torch.autograd.grad(norm(x), x, dy)

    def forward(norm: Norm) -> Run:
        return lambda: norm(x)

    runs: dict[str, Run] = {"copy": lambda: target.copy_(source)}
    runs |= {f"forward_{name}": forward(norm) for name, norm in ways.items()}
    runs |= {f"both_{name}": both(norm) for name, norm in ways.items()}
    expected = runs["both_torch"]()[0]
    for name in ways:
        torch.testing.assert_close(runs[f"both_{name}"]()[0], expected, rtol=0, atol=1e-4)
    return {
        "bytes": x.nbytes,
        "seconds": timed(runs, repeats, seed),
        "kept": {name: arrays_kept(norm, x) for name, norm in ways.items()},
    }


def arrays_kept(norm: Norm, x: Tensor) -> float:
    """Memory that autograd keeps for the backward pass, in multiples of the input's."""
    storages: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storages[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    # Noted tensors stay alive in the graph of y, so no address is given out twice.
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        y = norm(x)
    total = sum(storages.values())
    del y
    return total / x.nbytes


def timed(runs: dict[str, Run], repeats: int, seed: int) -> dict[str, list[float]]:
    """Processor seconds of each run in each repeat, after two repeats to warm up."""
    order = random.Random(seed)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(-2, repeats):
        for name in order.sample(list(runs), len(runs)):
            started = time.process_time()
            runs[name]()
            if repeat >= 0:
                seconds[name].append(time.process_time() - started)
    return seconds


def lenets(seed: int, repeats: int) -> dict:
    """Seconds of one training step of LeNet with each way to compute batch norm, and without."""
    torch.manual_seed(seed)
    x, y = torch.rand(128, 1, 28, 28), torch.randint(10, (128,))
    nets = {
        "none": lenet("none", seed=seed),
        "torch": lenet("before", seed=seed),
        "layer": lenet("before", solved("layer").BatchNorm, seed=seed),
        "operations_var": lenet("before", ByVar, seed=seed),
    }
    return {"seconds": timed({name: step(net, x, y) for name, net in nets.items()}, repeats, seed)}


class ByVar(nn.Module):
    """`by_var` with its own weight and bias."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return by_var(x, self.weight, self.bias)


def step(net: nn.Module, x: Tensor, y: Tensor) -> Run:
    """One step of Adam."""
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)

    def take() -> None:
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()

    return take


def blocks(seed: int, width: int, repeats: int) -> dict:
    """Seconds of a convolution and a ReLU, forward and backward, with and without batch norm."""
    torch.manual_seed(seed)
    x = torch.randn(32, width, 28, 28, requires_grad=True)
    conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
    nets = {
        "none": nn.Sequential(conv, nn.ReLU()),
        "torch": nn.Sequential(conv, nn.BatchNorm2d(width), nn.ReLU()),
    }

    def both(net: nn.Module) -> Run:
        return lambda: torch.autograd.grad(net(x).sum(), [x, conv.weight])

    return {"seconds": timed({name: both(net) for name, net in nets.items()}, repeats, seed)}
