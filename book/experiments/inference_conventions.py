"""Does it matter which library's convention the running statistics follow?

One training, several followers: each sees the same batches and averages them in its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

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
STEPS = (30, 100, 300)
BATCH = 16
# Weight of the new batch, and whether the variance that is averaged is the biased one.
CONVENTIONS = {
    "torch": (0.1, False),
    "keras": (0.01, True),
    "onnx": (0.1, True),
    "copied": (0.99, False),  # Keras's number, given to torch untranslated
}


def run(quick: bool) -> dict:
    """Accuracy in percent by number of steps and convention; `change` is against torch's."""
    seeds, net, data, steps = SEEDS, "lenet", "mnist", STEPS
    if quick:
        seeds, data, steps = SEEDS[:2], "digits", (5, 20)
    results: dict[str, Any] = {}
    for n in steps:
        found = trials(measure, seeds, steps=n, net=net, data=data)
        torchs = [one["torch"] for one in found]
        results[f"steps{n}"] = {
            name: summary(column) | {"change": comparison(torchs, column)}
            for name in CONVENTIONS
            for column in [[one[name] for one in found]]
        }
    return results


def measure(seed: int, steps: int, net: str, data: str) -> dict[str, float]:
    """Accuracies in percent after one training, with the statistics of each convention."""
    model, images = start(seed, "before", net=net, data=data, rows=steps * BATCH)
    followers = follow(model, {name: by(*each) for name, each in CONVENTIONS.items()})
    train(model, images, seed, epochs=1, lr=1e-3, optimizer="adam", batch_size=BATCH)
    x, y = images_and_labels(images)
    found = {}
    for name, copies in followers.items():
        for layer, follower in zip(batch_norms(model), copies, strict=True):
            layer.load_state_dict(layer.state_dict() | dict(follower.named_buffers()))
        found[name] = percent_correct(model, x, y, size=1000, training=False)
    return found


def by(momentum: float, biased: bool) -> Callable[[nn.Module], nn.Module]:
    """What makes a follower keep to a convention."""

    def make(layer: nn.Module) -> nn.Module:
        layer.momentum = momentum
        if biased:
            layer.register_forward_hook(to_biased)
        return layer

    return make


def to_biased(layer: nn.Module, inputs: tuple[Tensor], _: Tensor) -> None:
    """Hook that takes back what the unbiased variance added to the average."""
    values = inputs[0].transpose(0, 1).flatten(1)
    layer.running_var -= layer.momentum * values.var(dim=1) / values.shape[1]
