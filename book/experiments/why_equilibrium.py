"""Does weight decay bring the angle of a step to one value, whatever the first length?

The arms and the rule of the verdict are in `protocol.md`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import batches
from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import summary
from book.experiments._shared.training import DATA, batch_norms
from book.experiments._shared.trials import trials
from book.experiments.training_scales import split
from book.experiments.why_rate import weights

SEEDS = range(4)
SCALES = (0.3, 1.0, 3.0)
DECAYS = (0.01, 0.03)
RATE, STEPS, LAST = 0.1, 3000, 500
BOUNDS = (0.8, 1.25)  # of the ratio of measured and predicted angle


def run(quick: bool) -> dict:
    """Angle of a step and length of the weights at the end, by decay and first length."""
    seeds, decays, scales, steps = SEEDS, DECAYS, SCALES, STEPS
    if quick:
        seeds, decays, scales, steps = SEEDS[:2], DECAYS[:1], SCALES[1:2], 40
    return {
        f"decay{decay:g}": {
            f"scale{size:g}": gather(
                trials(measure, seeds, size=size, decay=decay, steps=steps), decay
            )
            for size in scales
        }
        for decay in decays
    }


def gather(found: list[dict], decay: float) -> dict:
    """Summaries over seeds, and the verdict."""
    predicted = math.sqrt(2 * RATE * decay)
    ratio = summary([one["angle"] / predicted for one in found])
    return {name: summary([one[name] for one in found]) for name in found[0]} | {
        "predicted": predicted,
        "ratio": ratio,
        "reached": bool(BOUNDS[0] < ratio["low"] and ratio["high"] < BOUNDS[1]),
    }


def measure(seed: int, size: float, decay: float, steps: int) -> dict[str, float]:
    """Median angle in radians of the last steps, mean of the layers, and the length at the end."""
    model = mlp((64, 100, 100, 10), "before", seed=seed).double()
    for layer in batch_norms(model):
        layer.eps = 1e-12
    hidden = weights(model)
    with torch.no_grad():
        for weight in hidden:
            weight *= size
    begun = [weight.norm().item() for weight in hidden]
    others = [p for p in model.parameters() if all(p is not weight for weight in hidden)]
    groups = [{"params": hidden, "weight_decay": decay}, {"params": others}]
    optimizer = torch.optim.SGD(groups, lr=RATE)
    angles: list[list[float]] = []
    x, y = noisy_digits(seed)
    for step, (xb, yb) in enumerate(endless(x, y, seed), 1):
        before = [weight.detach().clone() for weight in hidden]
        optimizer.zero_grad()
        cross_entropy(model(xb), yb).backward()
        optimizer.step()
        if step > steps - min(LAST, steps // 2):
            pairs = zip(before, hidden, strict=True)
            angles.append([angle(a, b.detach()) for a, b in pairs])
        if step == steps:
            break
    ended = [weight.norm().item() for weight in hidden]
    return {
        "angle": float(np.median(angles, axis=0).mean()),
        "growth": float(np.mean(np.divide(ended, begun))),
        "length": float(np.mean(ended)),
    }


def noisy_digits(seed: int) -> tuple[Tensor, Tensor]:
    """Training images of the seed's split, a tenth of the labels drawn at random."""
    images = split(DATA["digits"](), seed, validate=False)
    draw = np.random.default_rng((seed, 1))
    y = images.train_y.copy()
    changed = draw.permutation(len(y))[: len(y) // 10]
    y[changed] = draw.integers(10, size=len(changed))
    return torch.as_tensor(images.train_x).double(), torch.as_tensor(y)


def endless(x: Tensor, y: Tensor, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of 50, epoch after epoch."""
    for epoch in count():
        yield from batches(x, y, 50, seed=(seed, epoch), drop_last=True)


def angle(a: Tensor, b: Tensor) -> float:
    """Angle in radians between two tensors taken as vectors."""
    a, b = a.flatten(), b.flatten()
    return 2 * math.asin(min(1.0, ((a / a.norm() - b / b.norm()).norm() / 2).item()))
