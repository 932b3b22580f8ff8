"""Does batch norm help where images are few, and does it replace dropout?

LeNet on the first n MNIST images, with the same number of steps for every n.
"""

from __future__ import annotations

from typing import Any

from torch import nn

from bnlab.kit.nets.train import accuracy
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import images_and_labels, percent_correct, start, train
from book.experiments._shared.trials import trials

SEEDS = range(10)
SIZES = (100, 300, 1000, 3000)
STEPS, BATCH = 480, 32
DROPOUT_SIZE = 1000  # images of the arms with dropout
# Name -> place of batch norm, and the share of values that dropout sets to zero.
DROPOUT_ARMS = {
    "none": ("none", 0.0),
    "dropout": ("none", 0.5),
    "before": ("before", 0.0),
    "before_dropout02": ("before", 0.2),
    "before_dropout": ("before", 0.5),
}


def run(quick: bool) -> dict:
    """Test and training accuracy in percent, by number of images, then by arm of dropout."""
    seeds, sizes, setting = SEEDS, SIZES, {"data": "mnist", "steps": STEPS}
    if quick:
        seeds, sizes, setting = SEEDS[:2], SIZES[1:3], {"data": "digits", "steps": 20}
    results: dict[str, Any] = {}
    for n in sizes:
        found = {
            arm: trials(measure, seeds, norm=arm, rate=0.0, n=n, **setting)
            for arm in ("none", "before")
        }
        results[f"n{n}"] = gather(found)
    found = {
        name: trials(measure, seeds, norm=norm, rate=rate, n=DROPOUT_SIZE, **setting)
        for name, (norm, rate) in DROPOUT_ARMS.items()
    }
    results["dropout"] = gather(found)
    results["dropout"]["dropout_beside_batch_norm"] = comparison(
        *([one["test"] for one in found[arm]] for arm in ("before", "before_dropout"))
    )
    return results


def gather(found: dict[str, list[dict]]) -> dict:
    """Summaries of each arm; `change` is its test accuracy minus that of `none`, by seed."""
    test = {arm: [one["test"] for one in rows] for arm, rows in found.items()}
    return {
        arm: {
            "test": summary(test[arm]),
            "train": summary([one["train"] for one in rows]),
            "gap": summary([one["train"] - one["test"] for one in rows]),
        }
        | ({} if arm == "none" else {"change": comparison(test["none"], test[arm])})
        for arm, rows in found.items()
    }


def measure(seed: int, norm: str, rate: float, n: int, data: str, steps: int) -> dict[str, float]:
    """Accuracy in percent on 2000 test images and on the training images."""
    model, images = start(seed, norm, net="lenet", data=data, rows=n, test_rows=2000)
    if rate:
        model = with_dropout(model, rate)
    epochs = steps // (n // BATCH)
    # Judged once, at the end: with few images the epochs are many.
    train(
        model, images.head(n, 1), seed, epochs=epochs, lr=1e-3, optimizer="adam", batch_size=BATCH
    )
    x, y = images_and_labels(images)
    return {
        "test": percent_correct(model, x, y, size=1000, training=False),
        "train": 100 * accuracy(model, images.train_x, images.train_y),
    }


def with_dropout(model: nn.Sequential, rate: float) -> nn.Sequential:
    """The same layers with dropout in front of every linear layer but the first."""
    layers: list[nn.Module] = []
    linear = 0
    for layer in model:
        if isinstance(layer, nn.Linear):
            linear += 1
            if linear > 1:
                layers.append(nn.Dropout(rate))
        layers.append(layer)
    return nn.Sequential(*layers)
