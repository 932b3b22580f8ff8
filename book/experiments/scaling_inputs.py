"""What does the unit of the pixels do to a network, without and with batch norm?

With batch norm behind the first layer, a factor or an offset on all inputs is taken away again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import images_and_labels, percent_correct
from book.experiments._shared.trials import trials

SEEDS = range(10)
FACTORS = (0.01, 0.1, 1.0, 10.0, 100.0)
OFFSET = 10.0
RATE = 0.05
RATES = tuple(float(f"{m}e{e}") for e in range(-4, 2) for m in (1, 2, 5))
"""The grid of the tuned network: three rates in each decade, from 0.0001 to 50."""
TRAINED, TUNED_EPOCHS = 1000, 20
"""Training images of the tuned network; the other training images choose its rate."""


def run(quick: bool) -> dict:
    """Accuracy in percent per norm and factor at one rate, then at a rate tuned for the factor."""
    seeds = SEEDS[:2] if quick else SEEDS
    rates = RATES[7:9] if quick else RATES
    results: dict[str, Any] = {}
    for norm in ("none", "before"):
        arms = {f"{factor:g}": found(seeds, norm, factor) for factor in FACTORS}
        arms["offset"] = found(seeds, norm, offset=OFFSET)
        results[norm] = {
            name: summary(each["accuracy"])
            | {
                "minus_plain": comparison(arms["1"]["accuracy"], each["accuracy"]),
                "by_batch": summary(each["by_batch"])
                | {"minus_plain": comparison(arms["1"]["by_batch"], each["by_batch"])},
            }
            for name, each in arms.items()
        }
    for factor in FACTORS:
        results["none"][f"{factor:g}"]["tuned"] = tuned(seeds, factor, rates)
    return results | {"validation": len(digits().train_x) - TRAINED}


def tuned(seeds: range, factor: float, rates: tuple[float, ...]) -> dict[str, Any]:
    """Test accuracies at the rate with the best mean accuracy on the validation images."""
    by_rate = {lr: trials(measure_tuned, seeds, factor=factor, lr=lr) for lr in rates}
    best = max(rates, key=lambda lr: sum(row["validation"] for row in by_rate[lr]))
    return summary([row["test"] for row in by_rate[best]]) | {
        "rate": best,
        "at_edge": best in (rates[0], rates[-1]),
        "test": [row["test"] for row in by_rate[best]],
    }


def found(
    seeds: range, norm: str, factor: float = 1.0, offset: float = 0.0, lr: float = RATE
) -> dict[str, list[float]]:
    """Accuracies in percent over the seeds, with running statistics and with the batch's own."""
    # All settings, always: a trial is kept under their values.
    rows = trials(measure, seeds, norm=norm, factor=factor, offset=offset, lr=lr)
    return {name: [row[name] for row in rows] for name in rows[0]}


def measure(seed: int, norm: str, factor: float, offset: float, lr: float) -> dict[str, float]:
    """Accuracies in percent of one small network on digits whose pixels were changed."""
    data = digits()
    data = replace(
        data, train_x=data.train_x * factor + offset, test_x=data.test_x * factor + offset
    )
    model = mlp(norm=norm, seed=seed)
    history = fit(model, data, epochs=5, lr=lr, seed=seed, device="cpu", progress=False)
    x, y = images_and_labels(data)
    return {
        "accuracy": 100 * history.accuracy[-1],
        "by_batch": percent_correct(model, x, y, size=len(y), training=True),
    }


def measure_tuned(seed: int, factor: float, lr: float) -> dict[str, float]:
    """Validation and test accuracy of a network without batch norm, trained to the end.

    The rate falls to zero over the epochs.
    """
    data = digits()
    train_x, test_x = data.train_x * factor, data.test_x * factor
    rest = replace(
        data,
        train_x=train_x[:TRAINED],
        train_y=data.train_y[:TRAINED],
        test_x=test_x,
    )
    model = mlp(norm="none", seed=seed)
    history = fit(
        model,
        rest,
        epochs=TUNED_EPOCHS,
        lr=lr,
        schedule=lambda done: 1 - done,
        seed=seed,
        device="cpu",
        progress=False,
    )
    held = torch.from_numpy(train_x[TRAINED:]), torch.from_numpy(data.train_y[TRAINED:])
    return {
        "validation": percent_correct(model, *held, size=len(held[1]), training=False),
        "test": 100 * history.accuracy[-1],
    }
