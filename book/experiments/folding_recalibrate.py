"""What does recalibration give to networks whose weights or whose training changed the moments?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import prune
from torch.optim.swa_utils import AveragedModel, update_bn

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
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
BATCH = 64
EPOCHS, AVERAGED = 10, 5  # the average takes in the network at the end of each of the last epochs
SHORT, SLOW = 2, 0.01  # epochs of a short training, and a momentum too small for it
PRUNED = 0.6  # share of the weights of every convolution, the smallest ones
FEW, MANY = 16, 960  # images to recalibrate with
IMAGES = (4, 8, FEW, 32, 64, 128, 256, 512, MANY)
CASES = ("trained", "average", "short", "pruned")


def run(quick: bool) -> dict:
    """Accuracy in percent as found and recalibrated; differences are by seed.

    `gain` is recalibrated minus as found, `to_trained` recalibrated minus the long training as
    found, `few_minus_many` that of the pruned network by the images to recalibrate with.
    """
    seeds, epochs = (SEEDS[:2], AVERAGED) if quick else (SEEDS, EPOCHS)
    long, rows = at_best_rate(measure, seeds, RATES, quick, epochs=epochs)
    short, short_rows = at_best_rate(measure_short, seeds, RATES, quick)
    together = [one | other for one, other in zip(rows, short_rows, strict=True)]
    columns = {name: [one[name] for one in together] for name in together[0]}
    gains = corrected([(columns[case], columns[f"{case}_fresh"]) for case in CASES])
    results: dict[str, Any] = {
        case: {
            "stale": summary(columns[case]),
            "fresh": summary(columns[f"{case}_fresh"]),
            "gain": gain,
            "to_trained": comparison(columns["trained"], columns[f"{case}_fresh"]),
        }
        for case, gain in zip(CASES, gains, strict=True)
    }
    for case, chosen in (("trained", long), ("short", short)):
        results[case] |= {"rate": chosen.rate, "validation": chosen.accuracies}
    results["images"] = {str(n): summary(columns[f"images{n}"]) for n in IMAGES}
    few_minus_many = comparison(columns[f"images{MANY}"], columns[f"images{FEW}"])
    return results | {"few_minus_many": few_minus_many}


def measure(seed: int, *, epochs: int, lr: float, validate: bool = False) -> dict[str, float]:
    """Accuracies of one training and of what was made of it, with and without recalibration."""
    images, model = _start(seed, validate)
    average = AveragedModel(model)
    steps = len(images.train_x) // BATCH
    ends = {steps * epoch for epoch in range(epochs - AVERAGED + 1, epochs + 1)}

    def on_step(step: int, net: nn.Module) -> None:
        if step in ends:
            average.update_parameters(net)

    train(
        model, without_test(images), seed, epochs=epochs, lr=lr, batch_size=BATCH, on_step=on_step
    )
    nets = {"trained": model, "average": average, "pruned": pruned(model)}
    seen = _seen(images)
    found = {}
    for case, net in nets.items():
        found[case] = _accuracy(net, images)
        found[f"{case}_fresh"] = _accuracy(anew(net, seen), images)
    for n in IMAGES:
        found[f"images{n}"] = _accuracy(anew(nets["pruned"], seen[:n]), images)
    return found | {"accuracy": found["trained"]}


def measure_short(seed: int, *, lr: float, validate: bool = False) -> dict[str, float]:
    """Accuracies of a short training; `accuracy` is the recalibrated one."""
    images, model = _start(seed, validate)
    for layer in batch_norms(model):
        layer.momentum = SLOW
    train(model, without_test(images), seed, epochs=SHORT, lr=lr, batch_size=BATCH)
    fresh = _accuracy(anew(model, _seen(images)), images)
    return {"accuracy": fresh, "short": _accuracy(model, images), "short_fresh": fresh}


def _start(seed: int, validate: bool) -> tuple[Dataset, nn.Module]:
    model = convnet("before", seed=seed)
    scale(model, HE)
    return split(DATA["digits"](), seed, validate), model


def _seen(images: Dataset) -> Tensor:
    """Training images, which the split of the seed has put in random order."""
    return torch.as_tensor(images.train_x[:MANY])


def _accuracy(net: nn.Module, images: Dataset) -> float:
    return percent_correct(net, *images_and_labels(images), size=100, training=False)


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
