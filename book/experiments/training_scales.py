"""How far from a good initialization may a network start, if each start has its own rate?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from bnlab.kit.nets.data import Dataset
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import tuned

SEEDS = range(10)
TUNING_SEEDS = range(100, 103)
ARMS = ("none", "before")
SCALES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)  # of He's weights
RATES = tuple(float(f"{step}e{e}") for e in range(-7, 2) for step in (1, 3))
SIZES = (64, *(100,) * 5, 10)
PARTS = (1000, 297, 500)  # images to train on, to validate with, to judge by
EPOCHS = 20  # of 15 batches
WITHIN = 5.0  # points below the best scale of the arm


def run(quick: bool) -> dict:
    """Accuracy in percent over the scales, each arm and scale at its own rate."""
    seeds, tuning, scales, rates, epochs = SEEDS, TUNING_SEEDS, SCALES, RATES, EPOCHS
    if quick:
        seeds, tuning, scales, rates, epochs = seeds[:2], tuning[:1], scales[3:5], rates[10:12], 2
    arms: dict[str, list[dict]] = {arm: [] for arm in ARMS}
    values: dict[str, list[list[float]]] = {arm: [] for arm in ARMS}
    for size in scales:
        for arm in ARMS:
            setting = {"gain": HE * size, "epochs": epochs}
            chosen = tuned(functools.partial(_validated, tuning, arm, setting), rates, widen=False)
            found = trials(measure, seeds, norm=arm, lr=chosen.rate, **setting)
            values[arm].append([one["accuracy"] for one in found])
            arms[arm].append(
                summary(values[arm][-1]) | {"rate": chosen.rate, "validation": chosen.accuracies}
            )
    return {
        "scales": list(scales),
        "arms": arms,
        "change": [comparison(*pair) for pair in zip(*(values[a] for a in ARMS), strict=True)],
        "usable": {arm: usable(rows, scales) for arm, rows in arms.items()},
    }


def usable(rows: list[dict], scales: tuple[float, ...]) -> dict[str, float]:
    """Scales whose mean is within five points of the best of the arm."""
    best = max(row["mean"] for row in rows)
    good = [size for size, row in zip(scales, rows, strict=True) if row["mean"] > best - WITHIN]
    return {"lowest": good[0], "highest": good[-1], "count": len(good)}


def _validated(tuning: range, norm: str, setting: dict, lr: float) -> float:
    runs = trials(measure, tuning, norm=norm, lr=lr, validate=True, **setting)
    return float(np.mean([one["accuracy"] for one in runs]))


def measure(
    seed: int, norm: str, *, gain: float, lr: float, epochs: int, validate: bool = False
) -> dict[str, float]:
    """Accuracy in percent on the test images of the seed's split, or on its validation images."""
    images = split(DATA["digits"](), seed, validate)
    model = mlp(SIZES, norm=norm, seed=seed)
    scale(model, gain)
    few = replace(images, test_x=images.test_x[:1], test_y=images.test_y[:1])
    fit(model, few, epochs, lr, momentum=0.0, seed=seed, device="cpu", progress=False)
    return {"accuracy": 100 * accuracy(model, images.test_x, images.test_y)}


def split(images: Dataset, seed: int, validate: bool) -> Dataset:
    """All digits in an order of the seed, cut into parts to train on, validate on and judge by."""
    x = np.concatenate([images.train_x, images.test_x])
    y = np.concatenate([images.train_y, images.test_y])
    order = np.random.default_rng(seed).permutation(len(y))
    trained, validation, test = np.split(order[: sum(PARTS)], np.cumsum(PARTS)[:-1])
    judged = validation if validate else test
    return Dataset(x[trained], y[trained], x[judged], y[judged], images.name)
