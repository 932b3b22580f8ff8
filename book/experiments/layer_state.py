"""What is a trained network worth when a part of its state is not saved?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import copy
from typing import Any

from torch import nn

from bnlab.kit.nets.models import convnet
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import (
    DATA,
    HE,
    batch_norms,
    images_and_labels,
    percent_correct,
    scale,
    train,
)
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = 5
PARTS = ("parameters_only", "mean_only")


def run(quick: bool) -> dict:
    """Accuracy in percent after loading; `change` is against the whole state, paired by seed."""
    chosen, rows = at_best_rate(measure, SEEDS[:2] if quick else SEEDS, RATES, quick)
    columns = {name: [one[name] for one in rows] for name in ("accuracy", *PARTS)}
    results: dict[str, Any] = {name: summary(columns[name]) for name in PARTS}
    changes = corrected([(columns["accuracy"], columns[name]) for name in PARTS])
    for name, change in zip(PARTS, changes, strict=True):
        results[name]["change"] = change
    whole = summary(columns["accuracy"])
    return {"whole": whole, "rate": chosen.rate, "validation": chosen.accuracies} | results


def measure(seed: int, *, lr: float, validate: bool = False) -> dict[str, float]:
    """Accuracies of one trained network, loaded into a new one in several ways."""
    images = split(DATA["digits"](), seed, validate)
    x, y = images_and_labels(images)
    model = convnet("before", seed=seed)
    scale(model, HE)
    train(model, without_test(images), seed, epochs=EPOCHS, lr=lr)

    def accuracy(loaded: nn.Module) -> float:
        return percent_correct(loaded, x, y, size=100, training=False)

    whole, parameters_only = convnet("before", seed=seed), convnet("before", seed=seed)
    whole.load_state_dict(model.state_dict())
    parameters_only.load_state_dict(dict(model.named_parameters()), strict=False)
    mean_only = copy.deepcopy(model)
    for layer in batch_norms(mean_only):
        layer.running_var.fill_(1.0)
    return {
        "accuracy": accuracy(whole),
        "parameters_only": accuracy(parameters_only),
        "mean_only": accuracy(mean_only),
    }
