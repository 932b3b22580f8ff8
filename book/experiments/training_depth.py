"""How deep may a plain network be, with and without batch norm?

Fully connected ReLU networks without shortcuts, He's weights, plain gradient descent.
Each arm has, at each depth, the best of four learning rates, chosen with other seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import HE, images_and_labels, percent_correct, trained
from book.experiments._shared.trials import trials

SEEDS = range(11)
CHOOSING = 3  # the first seeds choose the rates, the others judge them
ARMS = ("none", "before")
DEPTHS = (2, 5, 10, 20, 40)
RATES = (0.01, 0.03, 0.1, 0.3)
WIDTH = 64


def run(quick: bool) -> dict:
    """Accuracy in percent by the number of hidden layers, each arm at its own best rate."""
    seeds, depths, epochs = (SEEDS[:4], DEPTHS[:2], 1) if quick else (SEEDS, DEPTHS, 15)
    half = min(CHOOSING, len(seeds) // 2)
    return {f"depth{depth}": gather(seeds, half, depth, epochs) for depth in depths}


def gather(seeds: range, half: int, depth: int, epochs: int) -> dict:
    """Chosen rates, accuracies and their difference at one depth."""
    results: dict[str, Any] = {"rate": {}}
    judged: dict[str, list[float]] = {}
    for arm in ARMS:
        setting = {"norm": arm, "depth": depth, "epochs": epochs}
        tried = [
            [one["accuracy"] for one in trials(measure, seeds[:half], lr=rate, **setting)]
            for rate in RATES
        ]
        best = RATES[int(np.mean(tried, axis=1).argmax())]
        judged[arm] = [one["accuracy"] for one in trials(measure, seeds[half:], lr=best, **setting)]
        results["rate"][arm] = best
        results[arm] = summary(judged[arm])
    return results | {"change": comparison(judged["none"], judged["before"])}


def measure(seed: int, norm: str, depth: int, lr: float, epochs: int) -> dict[str, float]:
    """Test accuracy in percent of one network."""
    model, images = trained(
        seed,
        norm,
        net="mlp",
        sizes=(64, *(WIDTH,) * depth, 10),
        data="digits",
        rows=1297,
        gain=HE,
        lr=lr,
        momentum=0.0,
        epochs=epochs,
    )
    x, y = images_and_labels(images)
    return {"accuracy": percent_correct(model, x, y, size=500, training=False)}
