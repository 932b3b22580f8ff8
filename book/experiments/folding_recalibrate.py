"""What does recalibration give to networks whose weights or whose training changed the moments?"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import prune
from torch.optim.swa_utils import AveragedModel, update_bn

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import (
    batch_norms,
    images_and_labels,
    percent_correct,
    start,
    train,
)
from book.experiments._shared.trials import trials

SEEDS = range(20)
BATCH = 64
EPOCHS, AVERAGED = 10, 5  # the average takes in the network at the end of each of the last epochs
SHORT, SLOW = 2, 0.01  # epochs of a short training, and a momentum too small for it
PRUNED = 0.6  # share of the weights of every convolution, the smallest ones
IMAGES = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
CASES = ("trained", "average", "short", "pruned")
DIGITS = {"net": "convnet", "data": "digits", "rows": 1297}


def run(quick: bool) -> dict:
    """Accuracy in percent as it is and recalibrated; `gain` is the difference by seed."""
    found = trials(measure, SEEDS[:2] if quick else SEEDS)
    columns = {name: [one[name] for one in found] for name in found[0]}
    results: dict[str, Any] = {
        case: {
            "stale": summary(columns[case]),
            "fresh": summary(columns[f"{case}_fresh"]),
            "gain": comparison(columns[case], columns[f"{case}_fresh"]),
        }
        for case in CASES
    }
    results["images"] = {str(n): summary(columns[f"images{n}"]) for n in IMAGES}
    return results


def measure(seed: int) -> dict[str, float]:
    """Accuracies of one training and of what was made of it, with and without recalibration."""
    model, images = start(seed, "before", **DIGITS)
    average = AveragedModel(model)
    steps = len(images.train_x) // BATCH
    ends = {steps * epoch for epoch in range(EPOCHS - AVERAGED + 1, EPOCHS + 1)}

    def on_step(step: int, net: nn.Module) -> None:
        if step in ends:
            average.update_parameters(net)

    train(model, images, seed, epochs=EPOCHS, lr=0.05, batch_size=BATCH, on_step=on_step)
    short, _ = start(seed, "before", **DIGITS)
    for layer in batch_norms(short):
        layer.momentum = SLOW
    train(short, images, seed, epochs=SHORT, lr=0.05, batch_size=BATCH)
    nets = {"trained": model, "average": average, "short": short, "pruned": pruned(model)}

    x, y = images_and_labels(images)
    seen = torch.as_tensor(images.train_x)
    seen = seen[torch.randperm(len(seen), generator=torch.Generator().manual_seed(seed))]

    def accuracy(net: nn.Module) -> float:
        return percent_correct(net, x, y, size=100, training=False)

    return (
        {case: accuracy(net) for case, net in nets.items()}
        | {f"{case}_fresh": accuracy(anew(net, seen)) for case, net in nets.items()}
        | {f"images{n}": accuracy(anew(nets["pruned"], seen[:n])) for n in IMAGES}
    )


def pruned(model: nn.Module) -> nn.Module:
    """A copy whose convolutions have lost their smallest weights."""
    copied = copy.deepcopy(model)
    for layer in copied.modules():
        if isinstance(layer, nn.Conv2d):
            prune.l1_unstructured(layer, "weight", PRUNED)
            prune.remove(layer, "weight")
    return copied


@torch.no_grad()
def anew(
    model: nn.Module, x: Tensor, prepare: Callable[[nn.Module], object] = lambda net: None
) -> nn.Module:
    """A copy with statistics measured by torch's `update_bn` over x, in batches of 64."""
    copied = copy.deepcopy(model).eval()
    prepare(copied)
    update_bn(x.split(BATCH), copied)
    return copied
