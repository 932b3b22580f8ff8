"""Time of the references relative to torch.nn.functional.batch_norm.

Each repeat times torch and every contender once, forward and backward, in a random order, on one
thread and by processor time. The ratio to torch is computed within the repeat, so that a slow
moment of the machine affects both. The table shows the median ratio and its quartiles, and the
limit in `LIMITS` that the references must stay below.

The NumPy functions take rows (N, D). A tensor (N, C, H, W) becomes N * H * W rows of C features,
stored channel by channel (a sum over rows reads adjacent numbers) or row by row.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F

from benchmarks.provenance import provenance

ROOT = Path(__file__).resolve().parent.parent
SHAPE = (128, 16, 28, 28)
SEED = 0
WARM_UP = 5
TORCH = "torch.nn.functional.batch_norm"
NUMPY_BY_CHANNEL = "NumPy, rows held channel by channel"
NUMPY_BY_ROW = "NumPy, rows held row by row"
LAYER = "torch layer"
LIMITS = {NUMPY_BY_CHANNEL: 2.0, LAYER: 1.6}

Gradients = tuple[np.ndarray | torch.Tensor, ...]


def solved(unit: str) -> ModuleType:
    """Import the reference of a unit."""
    spec = importlib.util.spec_from_file_location(unit, ROOT / "solutions/bnlab" / f"{unit}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contenders() -> dict[str, Callable[[], Gradients]]:
    """Return functions that run forward and backward once and return (dx, dweight, dbias)."""
    torch.manual_seed(SEED)
    x, dy = torch.randn(SHAPE, requires_grad=True), torch.randn(SHAPE)
    layer = solved("layer").BatchNorm(SHAPE[1])
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    running_mean, running_var = torch.zeros(SHAPE[1]), torch.ones(SHAPE[1])
    weight, bias = layer.weight, layer.bias
    forward, backward = solved("forward"), solved("backward")

    def by_torch() -> Gradients:
        y = F.batch_norm(x, running_mean, running_var, weight, bias, training=True)
        return torch.autograd.grad(y, [x, weight, bias], dy)

    def by_layer() -> Gradients:
        return torch.autograd.grad(layer(x), [x, weight, bias], dy)

    def by_numpy(order: str) -> Callable[[], Gradients]:
        x_rows, dy_rows = (np.array(rows(t).numpy(), order=order) for t in (x, dy))
        w, b = weight.detach().numpy(), bias.detach().numpy()

        def run() -> Gradients:
            _, cache = forward.batch_norm(x_rows, w, b)
            return backward.batch_norm_backward(dy_rows, cache)

        return run

    return {
        TORCH: by_torch,
        NUMPY_BY_CHANNEL: by_numpy("F"),
        NUMPY_BY_ROW: by_numpy("C"),
        LAYER: by_layer,
    }


def rows(x: torch.Tensor) -> torch.Tensor:
    """Reshape (N, C, H, W) to (N * H * W, C)."""
    return x.detach().movedim(1, -1).reshape(-1, x.shape[1])


def check(runs: dict[str, Callable[[], Gradients]]) -> None:
    """Assert that every contender returns the gradients of torch."""
    expected, *others = (run() for run in runs.values())
    expected = (rows(expected[0]), *expected[1:])
    for dx, dweight, dbias in others:
        dx = rows(dx) if torch.is_tensor(dx) else dx
        for got, wanted in zip((dx, dweight, dbias), expected, strict=True):
            # Relative to the largest value: a sum of values of both signs can be near 0 by chance.
            scale = float(wanted.abs().max())
            np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4 * scale)


def measure(runs: dict[str, Callable[[], Gradients]], repeats: int) -> dict[str, list[float]]:
    """Return the processor seconds of every contender in every repeat."""
    order = random.Random(SEED)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(-WARM_UP, repeats):
        for name in order.sample(list(runs), len(runs)):
            start = time.process_time()
            runs[name]()
            spent = time.process_time() - start
            if repeat >= 0:
                seconds[name].append(spent)
    return seconds


def summarize(seconds: dict[str, list[float]]) -> dict[str, dict[str, float | None]]:
    """Return median milliseconds and quartiles of the ratio to torch for every contender."""
    results = {}
    for name, mine in seconds.items():
        ratios = [a / b for a, b in zip(mine, seconds[TORCH], strict=True)]
        low, median, high = statistics.quantiles(ratios, n=4)
        results[name] = {
            "milliseconds": round(1e3 * statistics.median(mine), 3),
            "ratio": round(median, 3),
            "ratio_low_quartile": round(low, 3),
            "ratio_high_quartile": round(high, 3),
            "limit": LIMITS.get(name),
        }
    return results


def main(arguments: list[str]) -> None:
    """Measure, print the table, write the results file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_norm", description=__doc__)
    parser.add_argument("--repeats", type=int, default=201, help="at least 2 (default: 201)")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks/results/batch_norm.json")
    options = parser.parse_args(arguments)
    if options.repeats < 2:
        parser.error(f"--repeats is {options.repeats}, expected at least 2.")
    torch.set_num_threads(1)
    start = time.perf_counter()
    runs = contenders()
    check(runs)
    results = summarize(measure(runs, options.repeats))
    origin = provenance("batch_norm", arguments, SEED, start, ("numpy", "torch")) | {
        "shape": SHAPE,
        "dtype": "float32",
        "repeats": options.repeats,
        "clock": "CPU time",
        "threads": torch.get_num_threads(),
    }
    print(f"{SHAPE} float32, forward and backward, one thread, {options.repeats} repeats")
    print(f"{'':34} {'ms':>7} {'ratio':>6} {'quartiles':>12} {'limit':>5}")
    for name, row in results.items():
        quartiles = f"{row['ratio_low_quartile']:.2f} to {row['ratio_high_quartile']:.2f}"
        limit = "" if row["limit"] is None else f"{row['limit']:.1f}"
        print(
            f"{name:34} {row['milliseconds']:7.2f} {row['ratio']:6.2f} {quartiles:>12} {limit:>5}"
        )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"provenance": origin, "results": results}, indent=2)
    options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
