"""Is a network more accurate with batch norm before the ReLU or after it?"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from book.experiments._shared.analysis import (
    bootstrap_interval,
    comparison,
    seeds_needed,
    summary,
)
from book.experiments._shared.training import images_and_labels, percent_correct, trained
from book.experiments._shared.trials import trials

SEEDS = range(40)
ARMS = ("none", "before", "after")
FIRST = (5, 10, 16)  # where a study might have stopped
RESIDUAL_ARMS = (*ARMS, "preact")


def to_zero(done: float) -> float:
    """Factor on the learning rate that falls in a straight line from 1 to 0."""
    return 1 - done


DIGITS = {
    "net": "convnet",
    "data": "digits",
    "rows": 1297,
    "epochs": 5,
    "schedule": to_zero,
}
LENET = {"net": "lenet", "rows": 10_000, "epochs": 3, "lr": 1e-3, "optimizer": "adam"}
DEEP = DIGITS | {"stages": ((16,), (16,) * 4, (16,) * 4)}
RESIDUAL = DIGITS | {"net": "resnet"}
MNIST_5K = {"data": "mnist", "rows": 5000, "test_rows": 2000, "epochs": 3}
SETTINGS = {
    "digits_slow": (40, ARMS, DIGITS | {"lr": 0.02}),
    "digits": (40, ARMS, DIGITS | {"lr": 0.05}),
    "digits_fast": (40, ARMS, DIGITS | {"lr": 0.2}),
    "digits_constant": (40, ARMS, DIGITS | {"lr": 0.05, "schedule": None}),
    "mnist": (20, ARMS, LENET | {"data": "mnist"}),
    "fashion": (20, ARMS, LENET | {"data": "fashion"}),
    "deep_slow": (20, ARMS, DEEP | {"lr": 0.02}),
    "deep": (20, ARMS, DEEP | {"lr": 0.05}),
    "deep_constant": (20, ARMS, DEEP | {"lr": 0.05, "schedule": None}),
    "deep_mnist": (20, ARMS[1:], DEEP | MNIST_5K | {"lr": 0.02, "schedule": None}),
    "residual_slow": (20, RESIDUAL_ARMS, RESIDUAL | {"lr": 0.02}),
    "residual": (20, RESIDUAL_ARMS, RESIDUAL | {"lr": 0.05}),
    "residual_fast": (20, RESIDUAL_ARMS, RESIDUAL | {"lr": 0.2}),
}


def run(quick: bool) -> dict:
    """For each setting the accuracies in percent, and their differences paired by seed."""
    if quick:
        return {"digits": compare(2, *SETTINGS["digits"][1:])}
    return {name: compare(*setting) for name, setting in SETTINGS.items()}


def compare(seeds: int, arms: tuple[str, ...], setting: dict) -> dict:
    """Accuracies of the arms of one setting and their paired differences."""
    found = {
        arm: [one["accuracy"] for one in trials(measure, SEEDS[:seeds], norm=arm, **setting)]
        for arm in arms
    }
    results = {arm: summary(values) for arm, values in found.items()}
    for first, second in itertools.combinations(arms, 2):
        difference = comparison(found[first], found[second])
        results[f"{second}_minus_{first}"] = difference | {
            "bootstrap": bootstrap_interval(np.subtract(found[second], found[first])),
            "seeds_for_tenth": seeds_needed(difference["sd"], 0.1),
        }
    results["after_minus_before"]["first"] = {
        str(n): comparison(found["before"][:n], found["after"][:n]) for n in FIRST if n < seeds
    }
    return results | {"accuracies": found}


def measure(seed: int, norm: str, **setting: Any) -> dict[str, float]:
    """Accuracy in percent of one training, on the whole test set."""
    model, images = trained(seed, norm, **setting)
    x, y = images_and_labels(images)
    return {"accuracy": percent_correct(model, x, y, size=1000, training=False)}
