"""Which ways to freeze a batch norm keep what it has learned?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from bnlab.kit.nets.data import Dataset
from bnlab.kit.nets.models import convnet
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
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
FEW = 40  # images to fine-tune on
DIM = 1 / 3  # a third of the light
KINDS = ("old", "new")
FROZEN = "mode_and_gradients"


def run(quick: bool) -> dict:
    """Accuracy in percent on the old images and on the new, per way of freezing.

    `change` is against the start, `minus_frozen` against evaluation mode without gradients.
    """
    seeds, epochs = (SEEDS[:2], 2) if quick else (SEEDS, 20)
    found = {"start": trials(measure_start, seeds)}
    rates: dict[str, dict[str, Any]] = {"start": {}}
    for way in WAYS:
        chosen, found[way] = at_best_rate(measure, seeds, RATES, quick, way=way, epochs=epochs)
        rates[way] = {"rate": chosen.rate, "validation": chosen.accuracies}
    columns = {
        way: {kind: [one[kind] for one in rows] for kind in KINDS} for way, rows in found.items()
    }
    results: dict[str, Any] = {}
    for way, rows in found.items():
        results[way] = rates[way] | {"moved": max(one["moved"] for one in rows)}
        for kind in KINDS:
            change = comparison(columns["start"][kind], columns[way][kind])
            results[way][kind] = summary(columns[way][kind]) | {"change": change}
    cells = [(way, kind) for way in WAYS if way != FROZEN for kind in KINDS]
    changes = corrected([(columns[FROZEN][kind], columns[way][kind]) for way, kind in cells])
    for (way, kind), change in zip(cells, changes, strict=True):
        results[way][kind]["minus_frozen"] = change
    return results


def gradients_off(layer: nn.Module) -> None:
    """Neither weight nor bias is trained."""
    for parameter in layer.parameters():
        parameter.requires_grad = False


def momentum_zero(layer: nn.Module) -> None:
    """In training mode, with statistics that do not move."""
    gradients_off(layer)
    layer.momentum = 0.0


def tracking_off(layer: nn.Module) -> None:
    """The flag is lowered after the layer was made; its buffers stay."""
    gradients_off(layer)
    layer.track_running_stats = False


def mode_only(layer: nn.Module) -> None:
    """In evaluation mode, with a weight and a bias that are trained."""
    layer.train(False)


def mode_and_gradients(layer: nn.Module) -> None:
    """Both."""
    mode_only(layer)
    gradients_off(layer)


WAYS: dict[str, Callable[[nn.Module], None]] = {
    each.__name__: each
    for each in (gradients_off, momentum_zero, tracking_off, mode_only, mode_and_gradients)
}


def measure_start(seed: int) -> dict[str, float]:
    """The network before it is fine-tuned."""
    images, model = _trained(seed, validate=False)
    return _judged(model, model, images)


def measure(
    seed: int, way: str, *, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """One network, trained in the light, whose last layer then learns a few images in the dark.

    Only the last layer and what the way of freezing leaves trainable can change. `accuracy` is the
    mean of that on old and on new images.
    """
    images, model = _trained(seed, validate)
    net = copy.deepcopy(model).train()
    for layer in net:
        if not isinstance(layer, nn.Linear):
            layer.requires_grad_(isinstance(layer, nn.BatchNorm2d))
    for layer in batch_norms(net):
        WAYS[way](layer)
    dark = replace(images.head(FEW), train_x=images.train_x[:FEW] * DIM)
    train(net, without_test(dark), seed, epochs=epochs, lr=lr, batch_size=8)
    return _judged(net, model, images)


def _trained(seed: int, validate: bool) -> tuple[Dataset, nn.Sequential]:
    images, model = split(DATA["digits"](), seed, validate), convnet("before", seed=seed)
    scale(model, HE)
    train(model, without_test(images), seed, epochs=5, lr=0.05)
    return images, model


def _judged(net: nn.Sequential, first: nn.Sequential, images: Dataset) -> dict[str, float]:
    """Accuracies in percent, and the largest change of a feature of an old image."""
    x, y = images_and_labels(images)
    with torch.no_grad():
        moved = (features(net)(x) - features(first)(x)).abs().max().item()
    old, new = (percent_correct(net, each, y, size=100, training=False) for each in (x, x * DIM))
    return {"old": old, "new": new, "accuracy": (old + new) / 2, "moved": moved}


def features(net: nn.Sequential) -> nn.Module:
    """All but the last layer, in evaluation mode, on a copy."""
    return copy.deepcopy(net[:-1]).eval()
