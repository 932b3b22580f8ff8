"""What does a change of contrast do to a network with batch norm, and with norms per sample?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from torch import nn

from bnlab.kit.nets.data import Dataset
from bnlab.kit.nets.models import convnet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = 5
CONTRASTS = (0.1, 0.3, 1.0, 3.0)
CHANGED = ("c0.1", "c0.3", "c3")
NORMS: dict[str, Callable[[int], nn.Module] | None] = {
    "batch": None,
    "layer": lambda channels: nn.GroupNorm(1, channels),
    "group": lambda channels: nn.GroupNorm(4, channels),
    "instance": lambda channels: nn.GroupNorm(channels, channels),
    "augmented": None,  # batch norm, trained on images of changing contrast
}


def run(quick: bool) -> dict:
    """Accuracy in percent per norm and contrast of the test images."""
    seeds, norms, epochs = (SEEDS[:2], ("batch", "layer"), 1) if quick else (SEEDS, NORMS, EPOCHS)
    results, columns = {}, {}
    for norm in norms:
        chosen, rows = at_best_rate(measure, seeds, RATES, quick, norm=norm, epochs=epochs)
        columns[norm] = {name: [one[name] for one in rows] for name in rows[0]}
        named = {name: values for name, values in columns[norm].items() if name != "accuracy"}
        results[norm] = {name: summary(values) for name, values in named.items()}
        results[norm] |= {"rate": chosen.rate, "validation": chosen.accuracies, "change": {}}
    changes = [(norm, name) for norm in norms for name in CHANGED]
    found = corrected([(columns[norm]["c1"], columns[norm][name]) for norm, name in changes])
    for (norm, name), change in zip(changes, found, strict=True):
        results[norm]["change"][name] = change
    others = [norm for norm in norms if norm != "batch"]
    found = corrected([(columns["batch"]["c1"], columns[norm]["c1"]) for norm in others])
    for norm, change in zip(others, found, strict=True):
        results[norm]["minus_batch"] = change
    return results


def measure(
    seed: int, norm: str, *, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracies in percent of one net of three convolutions, on test images times a factor."""
    images = split(DATA["digits"](), seed, validate)
    model = convnet("before", make_norm=NORMS[norm], seed=seed)
    scale(model, HE)
    if norm == "augmented":
        images = many_contrasts(images, seed, epochs)
        epochs = 1
    fit(
        model,
        without_test(images),
        epochs,
        lr,
        batch_size=50,
        schedule=lambda done: 1 - done,
        seed=seed,
        device="cpu",
        progress=False,
    )
    x, y = images.test_x, images.test_y
    found = {f"c{by:g}": 100 * accuracy(model, x * np.float32(by), y) for by in CONTRASTS}
    return found | {"accuracy": found["c1"]}


def many_contrasts(images: Dataset, seed: int, epochs: int) -> Dataset:
    """The training images `epochs` times, each copy of an image with a contrast of its own."""
    x, y = (
        np.tile(array, (epochs, *[1] * (array.ndim - 1)))
        for array in (images.train_x, images.train_y)
    )
    low, high = np.log(CONTRASTS[0]), np.log(CONTRASTS[-1])
    drawn = np.exp(np.random.default_rng(seed).uniform(low, high, len(x))).astype(x.dtype)
    return replace(images, train_x=x * drawn[:, None, None, None], train_y=y)
