"""What does dropout do to the running statistics of the batch norms behind it?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import comparison, corrected, summary
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
from book.experiments.folding_recalibrate import MANY, anew
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SIZES = (64, 100, 100, 100, 10)
SHARES = (0.2, 0.5)
EPOCHS = 20


def run(quick: bool) -> dict:
    """Accuracy in percent and spread of the layers' inputs, by share of dropped values."""
    seeds, epochs = (SEEDS[:2], 1) if quick else (SEEDS, EPOCHS)
    results, pairs = {}, []
    for p in SHARES:
        chosen, rows = at_best_rate(measure, seeds, RATES, quick, p=p, epochs=epochs)
        results[f"p{p:g}"] = gather(rows) | {
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
        on, off = ([row[f"dropout_{way}"] for row in rows] for way in ("on", "off"))
        pairs.append((on, off))
    for found, change in zip(results.values(), corrected(pairs), strict=True):
        found["off_minus_on"] = change
    return results


def gather(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Summaries over seeds; `change` is against the running statistics, paired by seed."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    running, ratio = columns.pop("accuracy"), columns.pop("variance_ratio")
    return {"variance_ratio": summary(ratio), "running": summary(running)} | {
        name: summary(column) | {"change": comparison(running, column)}
        for name, column in columns.items()
    }


def measure(
    seed: int, p: float, *, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracies of one network, and how much variance its batch norms lose without dropout."""
    images = split(DATA["digits"](), seed, validate)
    plain = mlp(SIZES, "before", seed=seed)
    scale(plain, HE)
    model = with_dropout(plain, p)
    train(model, without_test(images), seed, epochs=epochs, lr=lr)
    x, y = images_and_labels(images)
    seen = torch.as_tensor(images.train_x[:MANY])
    nets = {
        "accuracy": model,
        "dropout_on": anew(model, seen),
        "dropout_off": anew(model, seen, without_dropout),
    }
    found = {
        name: percent_correct(net, x, y, size=100, training=False) for name, net in nets.items()
    }
    # The first batch norm has no dropout in front of it.
    on, off = (
        torch.cat([layer.running_var for layer in batch_norms(nets[name])[1:]])
        for name in ("dropout_on", "dropout_off")
    )
    return found | {"variance_ratio": (off / on).mean().item()}


def with_dropout(model: nn.Sequential, p: float) -> nn.Sequential:
    """The same layers with dropout after each ReLU, so before each later batch norm."""
    layers: list[nn.Module] = []
    for layer in model:
        layers += [layer, nn.Dropout(p)] if isinstance(layer, nn.ReLU) else [layer]
    return nn.Sequential(*layers)


def without_dropout(model: nn.Module) -> None:
    """Dropout that drops nothing, whatever its mode."""
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
