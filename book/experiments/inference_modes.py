"""What does a trained network lose when its evaluation sees the batch?"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import images_and_labels, percent_correct, trained
from book.experiments._shared.trials import trials

SEEDS = range(10)
SIZE = 100  # images in a batch where the size is not the question
ADAM = {"epochs": 3, "lr": 1e-3, "optimizer": "adam"}
LENET = {"net": "lenet", "data": "mnist", "rows": 10_000} | ADAM
# Its layers see images only, so it can take one image at a time.
CONVNET = {"net": "convnet", "data": "digits", "rows": 1297} | ADAM | {"epochs": 20, "lr": 3e-3}


def run(quick: bool) -> dict:
    """Accuracy in percent for each way of evaluating, and what it loses against `running`."""
    seeds = SEEDS[:2] if quick else SEEDS
    results = {"convnet": gather(trials(measure, seeds, smallest=1, **CONVNET))}
    if not quick:
        results["lenet"] = gather(trials(measure, seeds, smallest=2, **LENET))
    return results


def gather(found: list[dict]) -> dict:
    """Summary over seeds of each accuracy; `change` is paired with `running` by seed."""
    running = [one["running"] for one in found]
    columns = {name: [one[name] for one in found] for name in found[0]}
    return {
        name: summary(column) | {"change": comparison(running, column)}
        for name, column in columns.items()
    }


def measure(seed: int, smallest: int, **setting: Any) -> dict[str, float]:
    """Accuracies in percent of one trained network, batch norm before each ReLU."""
    model, images = trained(seed, "before", **setting)
    x, y = images_and_labels(images)
    shuffled = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    x, y = x[shuffled], y[shuffled]
    order = y.argsort(stable=True)
    sizes = [n for n in (1, 2, 8, 32, 128) if n >= smallest]
    return {
        "running": percent_correct(model, x, y, SIZE, training=False),
        **{f"batch{n}": percent_correct(model, x, y, n, training=True) for n in sizes},
        "sorted": percent_correct(model, x[order], y[order], SIZE, training=True),
        "after_shuffled": percent_correct(polluted(model, x), x, y, SIZE, training=False),
        "after_sorted": percent_correct(polluted(model, x[order]), x, y, SIZE, training=False),
    }


@torch.no_grad()
def polluted(model: nn.Module, x: Tensor) -> nn.Module:
    """A copy of the model after a pass over x that forgot to call eval()."""
    copied = copy.deepcopy(model).train()
    for batch in x.split(SIZE):
        copied(batch)
    return copied
