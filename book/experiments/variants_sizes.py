"""How do batch norm and group norm depend on the batch size, each at its own rate?

LeNet on 8 x 8 digits, the same number of passes over the data for every batch size.
The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from bnlab.kit.nets.data import Dataset
from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, batch_norms, percent_correct, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
SIZES = (2, 4, 8, 16, 32, 64)
# At 32 images; by the root of the batch size for other sizes.
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = 3
GROUPS = 2  # divides the 6, 16, 120 and 84 channels of LeNet

NORMS: dict[str, tuple[str, Callable[[int], nn.Module] | None]] = {
    "batch": ("before", None),
    "group": ("before", lambda channels: nn.GroupNorm(GROUPS, channels)),
}


def run(quick: bool) -> dict:
    """Accuracies in percent per batch size and norm, and group minus batch, paired by seed."""
    seeds, sizes = (SEEDS[:2], (32, 64)) if quick else (SEEDS, SIZES)
    rows = {f"b{size}": compared(seeds, size, quick) for size in sizes}
    larger = [rows[f"b{size}"]["group_minus_batch"]["values"] for size in sizes if size > 2]
    return rows | {"from_four": summary(np.mean(larger, axis=0))}


def compared(seeds: range, size: int, quick: bool) -> dict:
    """Both norms at one batch size, each at its own rate."""
    found, results = {}, {}
    for norm in NORMS:
        chosen, found[norm] = at_best_rate(measure, seeds, RATES, quick, norm=norm, size=size)
        names = found[norm][0]
        results[norm] = {n: summary([one[n] for one in found[norm]]) for n in names}
        results[norm] |= {"rate": chosen.rate, "validation": chosen.accuracies}
    columns = {norm: [one["accuracy"] for one in rows] for norm, rows in found.items()}
    results["group_minus_batch"] = comparison(columns["batch"], columns["group"])
    return results


def measure(seed: int, norm: str, size: int, lr: float, validate: bool = False) -> dict[str, float]:
    """Accuracy in percent in evaluation; for batch norm also with statistics of 100 images."""
    data = split(DATA["digits"](), seed, validate)
    model = lenet("before", make_norm=NORMS[norm][1], image=8, seed=seed)
    scale(model, HE)
    recipe = {"epochs": EPOCHS, "lr": lr * (size / 32) ** 0.5, "batch_size": size}
    fit(model, without_test(data), seed=seed, device="cpu", progress=False, **recipe)
    results = {"accuracy": 100 * accuracy(model, data.test_x, data.test_y)}
    if norm == "batch" and not validate:
        x, y = torch.as_tensor(data.test_x), torch.as_tensor(data.test_y)
        results["by_hundreds"] = percent_correct(model, x, y, size=100, training=True)
        results["collected"] = 100 * accuracy(collected(model, data), data.test_x, data.test_y)
    return results


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
