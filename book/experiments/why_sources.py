"""What do the code, the shapes and the arithmetic of the four sources give when they are run?"""

from __future__ import annotations

import ast
import math

import numpy as np
import torch
from torch import nn

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import fit

SINGLE_RUN = {"without": 0.9908, "with": 0.9875, "images": 10_000}
MINUTES = {"without": 15 * 60 + 43.285, "with": 20 * 60 + 57.456}  # of the tutorial, in seconds


def run(quick: bool) -> dict:
    """One entry per thing that was tried; 1 is yes, 0 is no."""
    return {
        "one_line": one_line(),
        "scaling": scaling(),
        "comma": {"parses": parses("layer(32, shape=(28, 28, 3) activation='relu')")},
        "layers": layers(),
        "tutorial": tutorial(),
        "half": half(),
        "frozen": frozen(),
    }


def one_line() -> dict[str, int]:
    """Shape and mean on one line: what follows the comment sign is a comment."""
    known = {"x": np.zeros((2, 3, 4, 5))}
    exec("n, c, h, w = x.shape  # then mean = x.mean(axis=(0, 2, 3))", known)
    return {"mean_assigned": int("mean" in known), "broadcasts": int(_broadcasts())}


def _broadcasts() -> bool:
    """Whether a mean per channel, shape (C,), can be subtracted from (N, C, H, W) as it is."""
    x = np.zeros((2, 3, 4, 5))
    try:
        return (x - x.mean(axis=(0, 2, 3))).shape == x.shape
    except ValueError:
        return False


def scaling() -> dict[str, float]:
    """Ends of a feature scaled to its range, with its mean subtracted and with its minimum."""
    x = np.array([1.0, 3.0, 3.0, 9.0])
    wide = x.max() - x.min()
    by_mean, by_minimum = (x - x.mean()) / wide, (x - x.min()) / wide
    return {
        "mean_low": by_mean.min(), "mean_high": by_mean.max(),
        "minimum_low": by_minimum.min(), "minimum_high": by_minimum.max(),
    }  # fmt: skip


def parses(source: str) -> int:
    """Whether Python can read a line."""
    try:
        ast.parse(source)
    except SyntaxError:
        return 0
    return 1


def layers() -> dict[str, int]:
    """Number of axes and values that the sources' two small networks give for one sample.

    A dense layer of Keras acts on the last axis, as torch's linear layer does.
    """
    dense = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 2))
    rows = dense(torch.zeros(1, 1, 5))
    convolutions = nn.Sequential(nn.Conv2d(3, 32, 3), nn.Conv2d(32, 32, 3), nn.MaxPool2d(2))
    maps = convolutions(torch.zeros(1, 3, 28, 28)).movedim(1, -1)
    answers = nn.Linear(32, 2)(maps)
    return {"dense_axes": rows.ndim, "classifiers": answers[0, ..., 0].numel()}


def tutorial() -> dict[str, float]:
    """Shapes and parameters of the tutorial's network, and how sure its single run can be."""
    plain, normed = lenet("none"), lenet("before")
    x, shapes = torch.zeros(2, 1, 28, 28), {}
    for layer in normed:
        x = layer(x)
        if isinstance(layer, nn.BatchNorm2d):
            shapes[f"normed{len(shapes) + 1}"] = list(x.shape[1:])
    a, b, n = SINGLE_RUN["without"], SINGLE_RUN["with"], SINGLE_RUN["images"]
    pooled = (a + b) / 2
    norms = [m for m in normed if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    return {
        "channels_after_second": shapes["normed2"][0],
        "side_after_second": shapes["normed2"][1],
        "flattened": next(m for m in normed if isinstance(m, nn.Linear)).in_features,
        "parameters": sum(p.numel() for p in plain.parameters()),
        "added": sum(p.numel() for m in norms for p in m.parameters()),
        "statistics": sum(b.numel() for m in norms for b in m.buffers() if b.ndim),
        "z": (a - b) / math.sqrt(2 * pooled * (1 - pooled) / n),
        "error_points": 100 * math.sqrt(a * (1 - a) / n),
        "time_ratio": MINUTES["with"] / MINUTES["without"],
    }


def half() -> dict[str, int]:
    """Whether a number is still there in half precision, and still a normal number."""
    smallest = torch.finfo(torch.float16).smallest_normal
    return {
        "eps_1e-7_normal": int(smallest <= 1e-7),
        "eps_1e-8_kept": int(torch.tensor(1e-8, dtype=torch.float16).item() > 0),
    }


def frozen(steps: int = 20) -> dict[str, float]:
    """Largest difference of the weights after training with and without updates of the statistics.

    A momentum of 0 leaves the running statistics as they were at the start.
    """
    trained = []
    for momentum in (0.1, 0.0):
        model = lenet("before", image=8)
        for layer in model.modules():
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                layer.momentum = momentum
        fit(model, digits().head(64 * steps, 1), 1, seed=0, device="cpu", progress=False)
        trained.append(model)
    pairs = zip(*(model.parameters() for model in trained), strict=True)
    return {
        "steps": steps,
        "difference": max((a - b).abs().max().item() for a, b in pairs),
    }
