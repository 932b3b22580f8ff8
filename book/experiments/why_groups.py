"""Does the noise of small statistics regularize when each size has its own rate?

The optimizer always sees batches of 128 images.
Only the groups that share a mean and a variance change in size.
The arms, the grid and the rule of the verdict are in `protocol.md`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import drawn, without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate

SEEDS = range(10)
GROUPS = {"none": 0, "g4": 4, "g16": 16, "g128": 128}
BATCH = 128
ROWS = 1024
EPOCHS = 15
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)


def run(quick: bool) -> dict:
    """Accuracies in percent by size of the groups; `gain` is against 128, paired by seed."""
    seeds, groups, setting = SEEDS, GROUPS, {"data": "mnist", "epochs": EPOCHS}
    if quick:
        seeds, groups, setting = (
            SEEDS[:2],
            {"none": 0, "g128": 128},
            {"data": "digits", "epochs": 1},
        )
    found = {
        name: at_best_rate(measure, seeds, RATES, quick, group=size, **setting)
        for name, size in groups.items()
    }
    whole = [one["accuracy"] for one in found["g128"][1]]
    return {
        name: {
            "test": summary([one["accuracy"] for one in column]),
            "train": summary([one["train"] for one in column]),
            "gain": comparison(whole, [one["accuracy"] for one in column]),
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
        for name, (chosen, column) in found.items()
    }


def measure(
    seed: int, group: int, data: str, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy on the test images and on the training images, at the end."""
    images = drawn(DATA[data](), seed, ROWS, validate)

    def make_norm(channels: int) -> nn.Module:
        return GhostBatchNorm(channels, group)

    order = "before" if group else "none"
    model = lenet(order, make_norm, image=images.train_x.shape[-1], seed=seed)
    scale(model, HE)
    recipe = {"epochs": epochs, "lr": lr, "optimizer": "adam", "batch_size": BATCH}
    fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
    return {
        "accuracy": 100 * accuracy(model, images.test_x, images.test_y),
        "train": 100 * accuracy(model, images.train_x, images.train_y),
    }


class GhostBatchNorm(nn.BatchNorm2d):
    """Batch norm of rows or maps that takes each group of the batch for a batch of its own."""

    def __init__(self, channels: int, group: int) -> None:
        # The running statistics see more batches in a step, and take less of each.
        super().__init__(channels, momentum=1 - 0.9 ** (group / BATCH))
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        return torch.cat(
            [super(GhostBatchNorm, self).forward(part) for part in x.split(self.group)]
        )

    def _check_input_dim(self, x: Tensor) -> None:
        """LeNet has rows and maps; both will do."""
