"""Which ways to freeze a batch norm keep what it has learned?"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import (
    batch_norms,
    images_and_labels,
    percent_correct,
    train,
    trained,
)
from book.experiments._shared.trials import trials

SEEDS = range(10)
FEW = 40  # images to fine-tune on
DIM = 1 / 3  # a third of the light
DIGITS = {"net": "convnet", "data": "digits", "rows": 1297, "epochs": 5, "lr": 0.05}


def run(quick: bool) -> dict:
    """Accuracy in percent on the old images and on the new; `change` is against the start."""
    found = trials(measure, SEEDS[:2] if quick else SEEDS)
    return {
        way: {
            which: summary([one[way][which] for one in found])
            | {
                "change": comparison(
                    [one["start"][which] for one in found], [one[way][which] for one in found]
                )
            }
            for which in ("old", "new")
        }
        | {"moved": max(one[way]["moved"] for one in found)}
        for way in found[0]
    }


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


def measure(seed: int) -> dict[str, dict[str, float]]:
    """One network, trained in the light, whose last layer then learns a few images in the dark.

    Only the last layer and what the way of freezing leaves trainable can change.
    """
    model, images = trained(seed, "before", **DIGITS)
    x, y = images_and_labels(images)
    dark = replace(
        images.head(FEW),
        train_x=images.train_x[:FEW] * DIM,
        test_x=images.test_x * DIM,
    )

    def judged(net: nn.Module) -> dict[str, float]:
        with torch.no_grad():
            drift = (features(net)(x) - features(model)(x)).abs().max().item()
        return {
            "old": percent_correct(net, x, y, size=100, training=False),
            "new": percent_correct(net, x * DIM, y, size=100, training=False),
            "moved": drift,
        }

    found = {"start": judged(model)}
    for way, freeze in WAYS.items():
        net = copy.deepcopy(model).train()
        for layer in net:
            if not isinstance(layer, nn.Linear):
                layer.requires_grad_(isinstance(layer, nn.BatchNorm2d))
        for layer in batch_norms(net):
            freeze(layer)
        train(net, dark, seed, epochs=20, lr=0.01, batch_size=8)
        found[way] = judged(net)
    return found


def features(net: nn.Sequential) -> nn.Module:
    """All but the last layer, in evaluation mode, on a copy."""
    return copy.deepcopy(net[:-1]).eval()
