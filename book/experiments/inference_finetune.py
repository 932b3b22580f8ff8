"""Should batch norm keep its old statistics while a network is fine-tuned on few images?

LeNet learns MNIST, then all its weights go on learning from 1000 images of clothes.
"""

from __future__ import annotations

import copy
from typing import Any

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import (
    DATA,
    batch_norms,
    images_and_labels,
    percent_correct,
    train,
    trained,
)
from book.experiments._shared.trials import trials

SEEDS = range(8)
SIZES = (2, 8, 32)
ADAM = {"lr": 1e-3, "optimizer": "adam"}
FIRST = {"net": "lenet", "data": "mnist", "rows": 10_000, "epochs": 3} | ADAM
SECOND = {"data": "fashion", "rows": 1000, "epochs": 3}


def run(quick: bool) -> dict:
    """Accuracy in percent on the new images, by batch size; `frozen` against `moving` by seed."""
    seeds, first, second = SEEDS, FIRST, SECOND
    if quick:
        seeds, first = SEEDS[:2], FIRST | {"data": "digits", "rows": 600, "epochs": 1}
        second = {"data": "digits", "rows": 100, "epochs": 1}
    found = trials(measure, seeds, first=first, second=second)
    return {
        f"batch{size}": {
            "moving": summary([one[f"moving{size}"] for one in found]),
            "frozen": summary([one[f"frozen{size}"] for one in found]),
            "change": comparison(
                *([one[f"{way}{size}"] for one in found] for way in ("moving", "frozen"))
            ),
        }
        for size in SIZES
    }


def measure(seed: int, first: dict[str, Any], second: dict[str, Any]) -> dict[str, float]:
    """Accuracies of one network, fine-tuned with each batch size in both ways."""
    model, _ = trained(seed, "before", **first)
    images = DATA[second["data"]]().head(second["rows"], 2000)
    x, y = images_and_labels(images)
    found = {}
    for size in SIZES:
        for way in ("moving", "frozen"):
            net = copy.deepcopy(model).train()
            if way == "frozen":
                for layer in batch_norms(net):
                    layer.train(False)
            train(net, images, seed, epochs=second["epochs"], batch_size=size, **ADAM)
            found[f"{way}{size}"] = percent_correct(net, x, y, size=100, training=False)
    return found
