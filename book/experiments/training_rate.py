"""At which learning rates does a network train, with and without batch norm?

Plain gradient descent for 300 steps; every arm of a seed has the same weights and batches.
The best rate of an arm is chosen with one half of the seeds and judged with the other half.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import HE, images_and_labels, percent_correct, trained
from book.experiments._shared.trials import trials

SEEDS = range(20)
ARMS = ("none", "before", "after")
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PLAIN = {"data": "digits", "rows": 1297, "epochs": 15, "momentum": 0.0}
SETTINGS = {
    "he": (20, {"net": "mlp", "sizes": (64, *(100,) * 5, 10), "gain": HE}),
    "default": (10, {"net": "mlp", "sizes": (64, *(100,) * 5, 10)}),
}


def run(quick: bool) -> dict:
    """Accuracy in percent over the rates; `arms` at the top is the map of the first setting."""
    settings = SETTINGS
    if quick:
        settings = {"he": (4, SETTINGS["he"][1] | {"epochs": 1})}
    found = {
        name: gather(SEEDS[:seeds], PLAIN | setting) for name, (seeds, setting) in settings.items()
    }
    return {"rates": RATES, "arms": found["he"]["arms"], **found}


def gather(seeds: range, setting: dict) -> dict:
    """Summaries by arm and rate, the best rates, and each arm against `none` at its best."""
    every = {
        arm: np.array([one["accuracy"] for one in trials(measure, seeds, norm=arm, **setting)])
        for arm in ARMS
    }
    half = len(seeds) // 2
    best = {arm: int(rows[:half].mean(axis=0).argmax()) for arm, rows in every.items()}
    judged = {arm: rows[half:, best[arm]] for arm, rows in every.items()}
    return {
        "arms": {arm: [summary(column) for column in rows.T] for arm, rows in every.items()},
        "best_rate": {arm: RATES[place] for arm, place in best.items()},
        "at_best": {arm: summary(values) for arm, values in judged.items()},
        "before_minus_none_at_best": comparison(judged["none"], judged["before"]),
        "before_minus_none": [
            comparison(*pair) for pair in zip(every["none"].T, every["before"].T, strict=True)
        ],
        "usable": {arm: usable(rows) for arm, rows in every.items()},
    }


def usable(rows: np.ndarray) -> dict[str, Any]:
    """Lowest and highest rate whose mean is within five points of the best of its arm."""
    means = rows.mean(axis=0)
    good = [rate for rate, mean in zip(RATES, means, strict=True) if mean > means.max() - 5]
    return {
        "low": good[0],
        "high": good[-1],
        "n": len(good),
        "factor": good[-1] / good[0],
    }


def measure(seed: int, norm: str, **setting: Any) -> dict[str, list[float]]:
    """Test accuracy in percent at each rate."""
    found = []
    for rate in RATES:
        model, images = trained(seed, norm, lr=rate, **setting)
        x, y = images_and_labels(images)
        found.append(percent_correct(model, x, y, size=500, training=False))
    return {"accuracy": found}
