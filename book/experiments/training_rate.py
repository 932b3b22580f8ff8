"""Is the range of learning rates at which a network trains wider with batch norm?

The arms, the rates and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import TUNING_SEEDS
from book.experiments.training_scales import split

SEEDS = range(10)
ARMS = ("none", "before", "after")
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
GAINS = {"he": HE, "default": None}
EPOCHS = 15  # of 20 batches
WITHIN = 5.0  # points below the best rate


def run(quick: bool) -> dict:
    """Accuracy in percent over the rates; `arms` at the top is the map of the first weights."""
    seeds, tuning, gains, epochs = SEEDS, TUNING_SEEDS, tuple(GAINS), EPOCHS
    if quick:
        seeds, tuning, gains, epochs = SEEDS[:2], TUNING_SEEDS[:1], gains[:1], 1
    found = {name: gather(seeds, tuning, GAINS[name], epochs) for name in gains}
    return {"rates": RATES, "arms": found["he"]["arms"], **found}


def gather(seeds: range, tuning: range, gain: float | None, epochs: int) -> dict:
    """Summaries by arm and rate, the best rates, and each arm against `none` at its best."""
    setting = {"gain": gain, "epochs": epochs}
    chosen = {arm: _rows(tuning, arm, validate=True, **setting) for arm in ARMS}
    every = {arm: _rows(seeds, arm, **setting) for arm in ARMS}
    best = {arm: int(rows.mean(axis=0).argmax()) for arm, rows in chosen.items()}
    judged = {arm: rows[:, best[arm]] for arm, rows in every.items()}
    widths = {arm: decades(rows) for arm, rows in every.items()}
    return {
        "arms": {arm: [summary(column) for column in rows.T] for arm, rows in every.items()},
        "validation": {arm: rows.mean(axis=0).tolist() for arm, rows in chosen.items()},
        "best_rate": {arm: RATES[place] for arm, place in best.items()},
        "at_best": {arm: summary(values) for arm, values in judged.items()},
        "before_minus_none_at_best": comparison(judged["none"], judged["before"]),
        "before_minus_none": [
            comparison(*pair) for pair in zip(every["none"].T, every["before"].T, strict=True)
        ],
        "usable": {arm: usable(rows) for arm, rows in every.items()},
        "decades": {arm: summary(values) for arm, values in widths.items()},
        "decades_change": comparison(widths["none"], widths["before"]),
    }


def decades(rows: np.ndarray) -> list[float]:
    """For each seed, the decades from its lowest to its highest rate near the best of the seed.

    Args:
        rows: (seeds, rates), accuracy in percent.

    >>> decades(np.array([[90.0, 94, 93, 92, 10, 10, 10, 10, 10]]))
    [1.5]
    """
    near = rows >= rows.max(axis=1, keepdims=True) - WITHIN
    return [(len(RATES) - 1 - int(row[::-1].argmax()) - int(row.argmax())) / 2 for row in near]


def usable(rows: np.ndarray) -> dict[str, Any]:
    """Lowest and highest rate whose mean is within five points of the best of its arm."""
    means = rows.mean(axis=0)
    good = [rate for rate, mean in zip(RATES, means, strict=True) if mean > means.max() - WITHIN]
    return {"low": good[0], "high": good[-1], "n": len(good), "factor": good[-1] / good[0]}


def _rows(seeds: range, norm: str, **setting: Any) -> np.ndarray:
    return np.array([one["accuracy"] for one in trials(measure, seeds, norm=norm, **setting)])


def measure(
    seed: int, norm: str, *, gain: float | None, epochs: int, validate: bool = False
) -> dict[str, list[float]]:
    """Accuracy in percent at each rate, on test images of the split or on validation images."""
    images = split(DATA["digits"](), seed, validate)
    found = []
    for rate in RATES:
        model = mlp((64, *(100,) * 5, 10), norm=norm, seed=seed)
        if gain is not None:
            scale(model, gain)
        recipe = {"epochs": epochs, "lr": rate, "batch_size": 50, "momentum": 0.0}
        fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
        found.append(100 * accuracy(model, images.test_x, images.test_y))
    return {"accuracy": found}
