"""What does dropout do to the running statistics of the batch norms behind it?"""

from __future__ import annotations

import torch
from torch import nn

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import batch_norms, images_and_labels, percent_correct, train
from book.experiments._shared.trials import trials
from book.experiments.folding_recalibrate import anew

SEEDS = range(20)
SIZES = (64, 100, 100, 100, 10)
SHARES = (0.2, 0.5)


def run(quick: bool) -> dict:
    """Accuracy in percent and spread of the layers' inputs, by share of dropped values."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {f"p{p:g}": gather(trials(measure, seeds, p=p)) for p in SHARES}


def gather(found: list[dict]) -> dict:
    """Summaries over seeds; `change` is against the running statistics, paired by seed."""
    columns = {name: [one[name] for one in found] for name in found[0]}
    ratio = columns.pop("variance_ratio")
    return {"variance_ratio": summary(ratio)} | {
        name: summary(column) | {"change": comparison(columns["running"], column)}
        for name, column in columns.items()
    }


def measure(seed: int, p: float) -> dict[str, float]:
    """Accuracies of one network, and how much variance its batch norms lose without dropout."""
    images = digits()
    model = with_dropout(mlp(SIZES, "before", seed=seed), p)
    train(model, images, seed, epochs=20, lr=0.05)
    x, y = images_and_labels(images)
    seen = torch.as_tensor(images.train_x)
    nets = {
        "running": model,
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
