"""What does the unit of the pixels do to a network, without and with batch norm?

With batch norm behind the first layer, a factor or an offset on all inputs is taken away again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import images_and_labels, percent_correct
from book.experiments._shared.trials import trials

SEEDS = range(10)
FACTORS = (0.01, 0.1, 1.0, 10.0, 100.0)
RATES = (0.0005, 0.005, 0.05, 0.5, 5.0)
OFFSET = 10.0
RATE = 0.05


def run(quick: bool) -> dict:
    """Accuracy in percent per norm and factor at one rate, then at the best of five rates."""
    seeds = SEEDS[:2] if quick else SEEDS
    rates = RATES[2:3] if quick else RATES
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
        by_rate = {lr: summary(found(seeds, "none", factor, lr=lr)["accuracy"]) for lr in rates}
        best = max(by_rate, key=lambda lr, found=by_rate: found[lr]["mean"])
        results["none"][f"{factor:g}"]["best"] = by_rate[best] | {"rate": best}
    return results


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
