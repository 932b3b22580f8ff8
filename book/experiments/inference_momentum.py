"""After how many steps do the running statistics serve as well as the batch's own?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import (
    batch_norms,
    follow,
    images_and_labels,
    percent_correct,
    start,
    train,
)
from book.experiments._shared.trials import trials

SEEDS = range(10)
STEPS = (10, 50, 100, 300)
MOMENTA = {"m1": 1.0, "m0_5": 0.5, "m0_1": 0.1, "m0_01": 0.01, "m0_001": 0.001, "cumulative": None}
BATCH = 64
TEST_BATCH = 100


def run(quick: bool) -> dict:
    """Accuracy in percent by number of steps and by momentum."""
    seeds, net, data, steps = SEEDS, "lenet", "mnist", STEPS
    if quick:
        seeds, net, data, steps = SEEDS[:2], "convnet", "digits", (5, 20)
    found = {n: trials(measure, seeds, steps=n, net=net, data=data) for n in steps}
    return {f"steps{n}": gather(column) for n, column in found.items()}


def gather(found: list[dict]) -> dict:
    """Summary over seeds; `change` is against the batch statistics, paired by seed."""
    batch = [one["batch"] for one in found]
    results: dict[str, Any] = {"batch": summary(batch)}
    for name in MOMENTA:
        running = [one[name] for one in found]
        results[name] = summary(running) | {"change": comparison(batch, running)}
    return results


def measure(seed: int, steps: int, net: str, data: str) -> dict[str, float]:
    """Accuracies in percent after one training, with the running statistics of each momentum.

    Running statistics take no part in training, so one training serves them all.
    """
    model, images = start(seed, "before", net=net, data=data, rows=steps * BATCH)
    followers = follow(model, {name: averaging(momentum) for name, momentum in MOMENTA.items()})
    train(model, images, seed, epochs=1, lr=1e-3, optimizer="adam", batch_size=BATCH)
    x, y = images_and_labels(images.head(0, 2000))
    found = {"batch": percent_correct(model, x, y, TEST_BATCH, training=True)}
    for name, layers in followers.items():
        for layer, follower in zip(batch_norms(model), layers, strict=True):
            layer.load_state_dict(layer.state_dict() | dict(follower.named_buffers()))
        found[name] = percent_correct(model, x, y, TEST_BATCH, training=False)
    return found


def averaging(momentum: float | None) -> Callable[[nn.Module], nn.Module]:
    """What gives a follower its momentum."""

    def make(layer: nn.Module) -> nn.Module:
        layer.momentum = momentum
        return layer

    return make
