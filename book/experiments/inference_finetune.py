"""Should batch norm keep its old statistics while a network is fine-tuned on few images?

LeNet learns MNIST, then all its weights go on learning from images of clothes.
The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

from torch import nn

from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.draws import drawn, without_test
from book.experiments._shared.training import DATA, HE, batch_norms, scale
from book.experiments._shared.tuning import at_best_rate

SEEDS = range(10)
SIZES = (2, 8, 32)
WAYS = ("moving", "frozen")
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
EPOCHS = 3
FULL = {"first": "mnist", "second": "fashion", "rows": 10_000, "few": 1000}
SHORT = {"first": "digits", "second": "digits", "rows": 640, "few": 64}


def run(quick: bool) -> dict:
    """Accuracy in percent on the new images, by batch size; `frozen` against `moving` by seed."""
    seeds, setting = (SEEDS[:2], SHORT) if quick else (SEEDS, FULL)
    results: dict[str, Any] = {}
    pairs = []
    for size in SIZES:
        results[f"batch{size}"] = cell = {"rate": {}, "validation": {}}
        judged = {}
        for way in WAYS:
            chosen, rows = at_best_rate(measure, seeds, RATES, quick, way=way, size=size, **setting)
            judged[way] = [one["accuracy"] for one in rows]
            cell[way] = summary(judged[way])
            cell["rate"][way] = chosen.rate
            cell["validation"][way] = chosen.accuracies
        pairs.append((judged["moving"], judged["frozen"]))
    for cell, change in zip(results.values(), corrected(pairs), strict=True):
        cell["change"] = change
    return results


@functools.lru_cache(maxsize=16)
def pretrained(seed: int, data: str, rows: int) -> nn.Module:
    """LeNet after its first training; the caller does not change it."""
    images = drawn(DATA[data](), seed, rows, validate=False)
    model = lenet("before", image=images.train_x.shape[-1], seed=seed)
    scale(model, HE)
    recipe = {"epochs": EPOCHS, "lr": 1e-3, "optimizer": "adam", "batch_size": 64}
    fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
    return model


def measure(
    seed: int,
    way: str,
    *,
    size: int,
    first: str,
    second: str,
    rows: int,
    few: int,
    lr: float,
    validate: bool = False,
) -> dict[str, float]:
    """Accuracy in percent of one network after its fine-tuning."""
    images = drawn(DATA[second](), seed, few, validate)
    model = copy.deepcopy(pretrained(seed, first, rows)).train()
    if way == "frozen":
        for layer in batch_norms(model):
            layer.train(False)
    recipe = {"epochs": EPOCHS, "lr": lr, "optimizer": "adam", "batch_size": size}
    fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
    return {"accuracy": 100 * accuracy(model, images.test_x, images.test_y)}
