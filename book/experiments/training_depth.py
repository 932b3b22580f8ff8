"""How deep may a network without shortcuts be, with and without batch norm?

Fully connected ReLU networks, each arm at each depth at its own learning rate.
The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
ARMS = ("none", "before")
DEPTHS = (2, 5, 10, 20, 40)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
WIDTH = 64
EPOCHS = 15  # of 20 batches


def run(quick: bool) -> dict:
    """Accuracy in percent by the number of hidden layers, each arm at its own best rate."""
    seeds, depths, epochs = (SEEDS[:2], DEPTHS[:2], 1) if quick else (SEEDS, DEPTHS, EPOCHS)
    results: dict[str, Any] = {}
    pairs = []
    for depth in depths:
        results[f"depth{depth}"] = cell = {"rate": {}, "validation": {}}
        judged = {}
        for arm in ARMS:
            chosen, rows = at_best_rate(
                measure, seeds, RATES, quick, norm=arm, depth=depth, epochs=epochs
            )
            judged[arm] = [one["accuracy"] for one in rows]
            cell[arm] = summary(judged[arm])
            cell["rate"][arm] = chosen.rate
            cell["validation"][arm] = chosen.accuracies
        pairs.append((judged["none"], judged["before"]))
    for cell, change in zip(results.values(), corrected(pairs), strict=True):
        cell["change"] = change
    return results


def measure(
    seed: int, norm: str, *, depth: int, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy in percent on the test images of the seed's split, or on its validation images."""
    images = split(DATA["digits"](), seed, validate)
    model = mlp((64, *(WIDTH,) * depth, 10), norm=norm, seed=seed)
    scale(model, HE)
    recipe = {"epochs": epochs, "lr": lr, "batch_size": 50, "momentum": 0.0}
    fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
    return {"accuracy": 100 * accuracy(model, images.test_x, images.test_y)}
