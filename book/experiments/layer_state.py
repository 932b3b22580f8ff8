"""What is a trained network worth when a part of its state is not saved?"""

from __future__ import annotations

import copy

from torch import nn

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import (
    batch_norms,
    images_and_labels,
    percent_correct,
    start,
    trained,
)
from book.experiments._shared.trials import trials

SEEDS = range(10)
DIGITS = {"net": "convnet", "data": "digits", "rows": 1297}
SGD = {"epochs": 5, "lr": 0.05}


def run(quick: bool) -> dict:
    """Accuracy in percent after loading; `change` is against the whole state, paired by seed."""
    found = trials(measure, SEEDS[:2] if quick else SEEDS)
    whole = [one["whole"] for one in found]
    columns = {name: [one[name] for one in found] for name in found[0]}
    return {
        name: summary(column) | {"change": comparison(whole, column)}
        for name, column in columns.items()
    }


def measure(seed: int) -> dict[str, float]:
    """Accuracies of one trained network, loaded into a fresh one in several ways."""
    model, images = trained(seed, "before", **DIGITS, **SGD)
    x, y = images_and_labels(images)

    def accuracy(loaded: nn.Module) -> float:
        return percent_correct(loaded, x, y, size=100, training=False)

    fresh, _ = start(seed, "before", **DIGITS)
    fresh.load_state_dict(dict(model.named_parameters()), strict=False)
    without_variance = copy.deepcopy(model)
    for layer in batch_norms(without_variance):
        layer.running_var.fill_(1.0)
    whole, _ = start(seed, "before", **DIGITS)
    whole.load_state_dict(model.state_dict())
    return {
        "whole": accuracy(whole),
        "parameters_only": accuracy(fresh),
        "mean_only": accuracy(without_variance),
    }
