"""What does the unit of the pixels do to a network, without and with batch norm?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import comparison, corrected, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import (
    DATA,
    HE,
    images_and_labels,
    percent_correct,
    scale,
    train,
)
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
NORMS = ("none", "before")
FACTORS = (0.01, 0.1, 1.0, 10.0, 100.0)
OFFSET = 10.0
EPOCHS = 20


def run(quick: bool) -> dict:
    """Accuracy in percent per norm and factor: at the rate of the factor 1, and at its own."""
    return {norm: _arm(norm, quick) for norm in NORMS}


def _arm(norm: str, quick: bool) -> dict[str, Any]:
    seeds, epochs = (SEEDS[:2], 1) if quick else (SEEDS, EPOCHS)
    setting: dict[str, Any] = {"norm": norm, "epochs": epochs}
    own = {
        factor: at_best_rate(measure, seeds, RATES, quick, factor=factor, offset=0.0, **setting)
        for factor in FACTORS
    }
    rate = own[1.0][0].rate
    moved = {f"{factor:g}": (factor, 0.0) for factor in FACTORS} | {"offset": (1.0, OFFSET)}
    same = {
        name: columns(trials(measure, seeds, factor=factor, offset=offset, lr=rate, **setting))
        for name, (factor, offset) in moved.items()
    }
    results: dict[str, Any] = {
        name: summary(each["accuracy"])
        | {"minus_plain": comparison(same["1"]["accuracy"], each["accuracy"])}
        | {
            "by_batch": summary(each["by_batch"])
            | {"minus_plain": comparison(same["1"]["by_batch"], each["by_batch"])}
        }
        for name, each in same.items()
    }
    accuracies = {f"{factor:g}": columns(rows)["accuracy"] for factor, (_, rows) in own.items()}
    others = [name for name in accuracies if name != "1"]
    at_one = corrected([(same[name]["accuracy"], accuracies[name]) for name in others])
    to_plain = corrected([(accuracies["1"], accuracies[name]) for name in others])
    for factor, (chosen, _) in own.items():
        name = f"{factor:g}"
        results[name]["tuned"] = summary(accuracies[name]) | {
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
    for name, minus_same, minus_plain in zip(others, at_one, to_plain, strict=True):
        results[name]["tuned"] |= {"minus_same": minus_same, "minus_plain": minus_plain}
    return results


def columns(rows: list[dict[str, float]]) -> dict[str, list[float]]:
    """Values over the seeds by name."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def measure(
    seed: int,
    norm: str,
    *,
    factor: float,
    offset: float,
    epochs: int,
    lr: float,
    validate: bool = False,
) -> dict[str, float]:
    """Accuracies in percent of one small network on digits whose pixels were changed.

    With the running statistics, and with the test images' own.
    """
    images = split(DATA["digits"](), seed, validate)
    images = replace(
        images, train_x=images.train_x * factor + offset, test_x=images.test_x * factor + offset
    )
    model = mlp(norm=norm, seed=seed)
    scale(model, HE)
    train(model, without_test(images), seed, epochs=epochs, lr=lr, schedule=lambda done: 1 - done)
    x, y = images_and_labels(images)
    return {
        "accuracy": percent_correct(model, x, y, size=len(y), training=False),
        "by_batch": percent_correct(model, x, y, size=len(y), training=True),
    }
