"""Kernels of batch norm against the memory bandwidth of the device.

Training needs at least one pass that reads the batch and one that writes the result; its backward
needs to read the batch and the upstream gradient, and to write the gradient. `passes` is the time
of a kernel in units of one pass over the batch at the bandwidth of a copy, so it compares with
these numbers: at least 2 forward and 3 backward, and 3 and 5 for a kernel that reads the batch
twice because the statistics have to be known before the first value can be written.
`bytes` counts what the operations read and write, each its inputs and outputs once.
"""

from __future__ import annotations

import importlib.util
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from benchmarks.gpu.machine import bandwidth
from benchmarks.gpu.parts import Ask, Rows
from benchmarks.gpu.timing import median_seconds

SOLVED = Path(__file__).resolve().parents[2] / "solutions" / "bnlab"
SHAPE, SMALL_SHAPE = (64, 256, 56, 56), (2, 8, 6, 6)
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
TOLERANCE = {"float32": 1e-3, "bfloat16": 3e-2}
LIMITS = {"forward": (2, 3), "backward": (3, 5)}
"""Passes over the batch that are needed: if it is read once, and if it is read twice."""

Norm = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def solved(unit: str) -> ModuleType:
    """Import the reference of a unit."""
    spec = importlib.util.spec_from_file_location(unit, SOLVED / f"{unit}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fused(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Return the output of torch's own kernel, in training."""
    return F.batch_norm(x, None, None, weight, bias, training=True)


def norms(small: bool) -> dict[str, Norm]:
    """Return the kernels by name."""
    composed = solved("channels").batch_norm_2d
    # A dry run tries the path through the compiler, not the code that it writes.
    backend = "aot_eager" if small else "inductor"
    return {
        "fused": fused,
        "composed": composed,
        "compiled": torch.compile(composed, backend=backend, dynamic=False),
    }


def rows(ask: Ask) -> Rows:
    """Yield one row for each kernel, dtype and memory format."""
    yield "shape", SMALL_SHAPE if ask.small else SHAPE
    yield "limits", LIMITS
    speed = bandwidth(ask)
    yield "copy_bytes_per_second", speed
    for name, norm in norms(ask.small).items():
        found = {}
        for dtype in DTYPES:
            for order in FORMATS:
                try:
                    found[f"{dtype} {order}"] = measured(norm, name, dtype, order, speed, ask)
                except Exception as error:  # such as a compiler that is missing
                    text = str(error).strip().splitlines() or [""]
                    found[f"{dtype} {order}"] = {"problem": f"{type(error).__name__}: {text[0]}"}
                yield name, found


@dataclass
class Case:
    """One batch with its gradient, and the function that normalizes it."""

    norm: Norm
    x: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor
    dy: torch.Tensor

    def forward(self) -> torch.Tensor:
        """Return the output, with what the backward pass needs."""
        return self.norm(self.x, self.weight, self.bias)

    def backward(self, y: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the gradients, and keep the graph."""
        leaves = (self.x, self.weight, self.bias)
        return torch.autograd.grad(y, leaves, self.dy, retain_graph=True)


def case(norm: Norm, dtype: str, order: str, ask: Ask) -> Case:
    """Return random inputs; the affine parameters stay in float32, as under autocast."""
    torch.manual_seed(0)
    shape = SMALL_SHAPE if ask.small else SHAPE

    def batch() -> torch.Tensor:
        drawn = torch.randn(shape, device=ask.device, dtype=DTYPES[dtype])
        return drawn.contiguous(memory_format=FORMATS[order])

    weight, bias = (torch.rand(shape[1], device=ask.device).requires_grad_() for _ in range(2))
    return Case(norm, batch().requires_grad_(), weight, bias, batch())


def measured(
    norm: Norm, name: str, dtype: str, order: str, speed: float, ask: Ask
) -> dict[str, Any]:
    """Return times, passes and bytes of one kernel, after comparing it with torch's own."""
    one = case(norm, dtype, order, ask)
    start = time.perf_counter()
    y = one.forward()
    gradients = one.backward(y)
    first = time.perf_counter() - start
    same = case(fused, dtype, order, ask)
    _compare(y, gradients, same, TOLERANCE[dtype])
    repeats = 3 if ask.small else 20
    forward = median_seconds(one.forward, ask.device, repeats)
    backward = median_seconds(lambda: one.backward(y), ask.device, repeats)
    found: dict[str, Any] = {}
    for what, seconds in (("forward", forward), ("backward", backward)):
        passes = seconds * speed / one.x.nbytes
        found[what] = {"milliseconds": round(1e3 * seconds, 4), "passes": round(passes, 2)}
    if name == "compiled":
        found["first call, seconds"] = round(first, 2)
    else:
        with counted_bytes() as counter:
            y = one.forward()
        found["forward"]["bytes"] = counter.bytes
        found["forward"]["bytes over the batch"] = round(counter.bytes / one.x.nbytes, 2)
        with counted_bytes() as counter:
            one.backward(y)
        found["backward"]["bytes"] = counter.bytes
        found["backward"]["bytes over the batch"] = round(counter.bytes / one.x.nbytes, 2)
    return found


def _compare(
    y: torch.Tensor, gradients: tuple[torch.Tensor, ...], same: Case, tolerance: float
) -> None:
    expected = same.forward()
    for got, want in zip((y, *gradients), (expected, *same.backward(expected)), strict=True):
        got, want = got.detach().float(), want.detach().float()
        scale = max(float(want.abs().max()), 1.0)
        wrong = float((got - want).abs().max())
        if not math.isfinite(wrong) or wrong > tolerance * scale:
            raise AssertionError(f"differs from torch's own by {wrong:.1e}, of {scale:.1e}")


class counted_bytes(TorchDispatchMode):  # noqa: N801 (used like a function)
    """A mode that counts the bytes that operations read and write; a view moves none."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not _is_view(func):
            self.bytes += sum(each.nbytes for each in _tensors((args, kwargs, result)))
        return result


def _is_view(func: Any) -> bool:
    arguments = func._schema.arguments
    return any(each.alias_info and not each.alias_info.is_write for each in arguments)


def _tensors(tree: Any) -> Iterator[torch.Tensor]:
    return (each for each in tree_leaves(tree) if isinstance(each, torch.Tensor))
