"""Does batch norm help where images are few, and dropout beside it, each at its own rate?

LeNet on n MNIST images, with the same number of steps for every n.
The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

from torch import nn

from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import drawn, without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate

SEEDS = range(10)
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
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
PLAIN_ARMS = {name: DROPOUT_ARMS[name] for name in ("none", "before")}


def run(quick: bool) -> dict:
    """Test and training accuracy in percent, by number of images, then by arm of dropout."""
    sizes = SIZES[1:3] if quick else SIZES
    results = {f"n{n}": gather(arms_of(PLAIN_ARMS, n, quick)) for n in sizes}
    found = arms_of(DROPOUT_ARMS, DROPOUT_SIZE, quick)
    results["dropout"] = gather(found)
    results["dropout"]["dropout_beside_batch_norm"] = comparison(
        *([one["accuracy"] for one in found[arm][1]] for arm in ("before", "before_dropout"))
    )
    return results


def arms_of(arms: dict[str, tuple[str, float]], n: int, quick: bool) -> dict[str, Any]:
    """Rate and trials of each arm."""
    seeds, setting = SEEDS, {"data": "mnist", "steps": STEPS}
    if quick:
        seeds, setting = SEEDS[:2], {"data": "digits", "steps": 20}
    return {
        name: at_best_rate(measure, seeds, RATES, quick, norm=norm, dropout=dropout, n=n, **setting)
        for name, (norm, dropout) in arms.items()
    }


def gather(found: dict[str, Any]) -> dict:
    """Summaries of each arm; `change` is its test accuracy minus that of `none`, by seed."""
    test = {arm: [one["accuracy"] for one in rows] for arm, (_, rows) in found.items()}
    return {
        arm: {
            "test": summary(test[arm]),
            "train": summary([one["train"] for one in rows]),
            "gap": summary([one["train"] - one["accuracy"] for one in rows]),
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
        | ({} if arm == "none" else {"change": comparison(test["none"], test[arm])})
        for arm, (chosen, rows) in found.items()
    }


def measure(
    seed: int,
    norm: str,
    *,
    dropout: float,
    n: int,
    data: str,
    steps: int,
    lr: float,
    validate: bool = False,
) -> dict[str, float]:
    """Accuracy in percent on the test images and on the training images, at the end."""
    images = drawn(DATA[data](), seed, n, validate)
    model = lenet(norm, image=images.train_x.shape[-1], seed=seed)
    scale(model, HE)
    if dropout:
        model = with_dropout(model, dropout)
    recipe = {"epochs": steps // (n // BATCH), "lr": lr, "optimizer": "adam", "batch_size": BATCH}
    fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
    return {
        "accuracy": 100 * accuracy(model, images.test_x, images.test_y),
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
