"""Does batch norm fail with two images, or with two values per mean?

A network of convolutions only has at least four values per mean and image; batches of two images.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import convnet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.trials import trials

SEEDS = range(8)
SIZE, EPOCHS, RATE = 2, 1, 0.0125
NORMS: dict[str, Callable[[int], nn.Module] | None] = {
    "batch": None,
    "group": lambda channels: nn.GroupNorm(4, channels),
}


def run(quick: bool) -> dict:
    """Accuracy in percent of each norm, and group minus batch, paired by seed."""
    seeds = SEEDS[:2] if quick else SEEDS
    found = {norm: [one["accuracy"] for one in trials(measure, seeds, norm=norm)] for norm in NORMS}
    results = {norm: summary(values) for norm, values in found.items()}
    return results | {"group_minus_batch": comparison(found["batch"], found["group"])}


def measure(seed: int, norm: str) -> dict[str, float]:
    """Accuracy in percent, in evaluation, of a net of three convolutions."""
    data = digits()
    model = convnet("before", make_norm=NORMS[norm], seed=seed)
    recipe = {"epochs": EPOCHS, "lr": RATE, "batch_size": SIZE}
    fit(model, data, seed=seed, device="cpu", progress=False, **recipe)
    return {"accuracy": 100 * accuracy(model, data.test_x, data.test_y)}
