"""How does the accuracy of batch norm and of group norm depend on the batch size?

LeNet on 8 x 8 digits, the same number of passes over the data for every batch size.
The learning rate of each arm and size is chosen on held-out training images, with another seed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import nn

from bnlab.kit.nets.data import Dataset, digits
from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import batch_norms, percent_correct
from book.experiments._shared.trials import trials

SEEDS = range(8)
TUNING = range(100, 101)
SIZES = (2, 4, 8, 16, 32, 64)
RATES = (0.01, 0.03, 0.1)  # at 32 images; by the root of the batch size for others
HELD_OUT = 297
EPOCHS = 3
GROUPS = 2  # divides the 6, 16, 120 and 84 channels of LeNet

NORMS: dict[str, tuple[str, Callable[[int], nn.Module] | None]] = {
    "batch": ("before", None),
    "group": ("before", lambda channels: nn.GroupNorm(GROUPS, channels)),
}


def run(quick: bool) -> dict:
    """Accuracies in percent per batch size and norm, and group minus batch, paired by seed."""
    seeds, sizes = (SEEDS[:2], (32, 64)) if quick else (SEEDS, SIZES)
    return {f"b{size}": _compared(seeds, size) for size in sizes}


def _compared(seeds: range, size: int) -> dict:
    found, results = {}, {}
    for norm in NORMS:
        rate = best_rate(norm, size)
        found[norm] = trials(measure, seeds, norm=norm, size=size, rate=rate)
        names = found[norm][0]
        results[norm] = {n: summary([one[n] for one in found[norm]]) for n in names}
        results[norm]["rate"] = rate
    columns = {norm: [one["accuracy"] for one in rows] for norm, rows in found.items()}
    results["group_minus_batch"] = comparison(columns["batch"], columns["group"])
    return results


def best_rate(norm: str, size: int) -> float:
    """The rate with the best mean accuracy on images held out of the training set."""
    scores = {}
    for rate in RATES:
        held = trials(measure, TUNING, norm=norm, size=size, rate=rate, held_out=True)
        scores[rate] = sum(one["accuracy"] for one in held)
    return max(scores, key=scores.__getitem__)


def measure(
    seed: int, norm: str, size: int, rate: float, held_out: bool = False
) -> dict[str, float]:
    """Accuracy in percent in evaluation; for batch norm also with statistics of 100 images."""
    data = _without_test(digits()) if held_out else digits()
    order, make_norm = NORMS[norm]
    model = lenet(order, make_norm=make_norm, image=8, seed=seed)
    recipe = {"epochs": EPOCHS, "lr": rate * (size / 32) ** 0.5, "batch_size": size}
    fit(model, data, seed=seed, device="cpu", progress=False, **recipe)
    results = {"accuracy": 100 * accuracy(model, data.test_x, data.test_y)}
    if norm == "batch":
        x, y = torch.as_tensor(data.test_x), torch.as_tensor(data.test_y)
        results["by_hundreds"] = percent_correct(model, x, y, size=100, training=True)
        results["collected"] = 100 * accuracy(collected(model, data), data.test_x, data.test_y)
    return results


def _without_test(data: Dataset) -> Dataset:
    x, y = data.train_x, data.train_y
    return Dataset(x[:-HELD_OUT], y[:-HELD_OUT], x[-HELD_OUT:], y[-HELD_OUT:], data.name)


@torch.no_grad()
def collected(model: nn.Module, data: Dataset) -> nn.Module:
    """A copy whose running statistics are plain averages over training batches of 100."""
    model = copy.deepcopy(model).train()
    for layer in batch_norms(model):
        layer.reset_running_stats()
        layer.momentum = None
    for x in torch.as_tensor(data.train_x).split(100)[:-1]:
        model(x)
    return model
