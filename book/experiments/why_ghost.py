"""Does the noise of small statistics regularize?

The optimizer always sees batches of 128 images.
Only the groups that share a mean and a variance change in size.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnlab.kit.nets.models import lenet
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import DATA, images_and_labels, percent_correct, train
from book.experiments._shared.trials import trials

SEEDS = range(10)
BATCH = 128
EPOCHS = 15
GROUPS = {"none": 0, "g4": 4, "g16": 16, "g128": 128}


def run(quick: bool) -> dict:
    """Accuracies in percent by size of the groups; `gain` is against 128, paired by seed."""
    seeds, groups, data = SEEDS, GROUPS, "mnist"
    if quick:
        seeds, groups, data = SEEDS[:2], {"none": 0, "g128": 128}, "digits"
    found = {
        name: trials(measure, seeds, group=size, data=data, epochs=3 if quick else EPOCHS)
        for name, size in groups.items()
    }
    whole = [one["test"] for one in found["g128"]]
    return {
        name: {part: summary([one[part] for one in column]) for part in column[0]}
        | {"gain": comparison(whole, [one["test"] for one in column])}
        for name, column in found.items()
    }


def measure(seed: int, group: int, data: str, epochs: int) -> dict[str, float]:
    """Accuracy on 1000 training images and on the test images, after training on the former."""
    images = DATA[data]().head(1024, 5000)

    def make_norm(channels: int) -> nn.Module:
        return GhostBatchNorm(channels, group)

    order = "before" if group else "none"
    model = lenet(order, make_norm, image=images.train_x.shape[-1], seed=seed)
    train(model, images, seed, epochs=epochs, lr=1e-3, optimizer="adam", batch_size=BATCH)
    x, y = images_and_labels(images)
    seen = torch.as_tensor(images.train_x), torch.as_tensor(images.train_y)
    return {
        "test": percent_correct(model, x, y, size=1000, training=False),
        "train": percent_correct(model, *seen, size=1000, training=False),
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
