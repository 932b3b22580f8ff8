"""What does evaluation lose early in a training, when the pixels are small or far from 0?

Running statistics lag behind the weights, most where a small change of the weights moves them far.
"""

from __future__ import annotations

from dataclasses import replace

from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import (
    DATA,
    HE,
    images_and_labels,
    percent_correct,
    scale,
    train,
)
from book.experiments._shared.trials import trials
from book.experiments.scaling_inputs import OFFSET, columns
from book.experiments.training_scales import split

SEEDS = range(10)
PIXELS = {"plain": (1.0, 0.0), "small": (0.01, 0.0), "offset": (1.0, OFFSET)}
RATE, EPOCHS = 0.05, 5  # 75 steps


def run(quick: bool) -> dict:
    """Accuracy in percent with running statistics, and with those of the test images."""
    seeds = SEEDS[:2] if quick else SEEDS
    found = {
        name: columns(trials(measure, seeds, factor=factor, offset=offset))
        for name, (factor, offset) in PIXELS.items()
    }
    return {
        name: {
            kind: summary(each[kind])
            | {"minus_plain": comparison(found["plain"][kind], each[kind])}
            for kind in each
        }
        for name, each in found.items()
    }


def measure(seed: int, factor: float, offset: float) -> dict[str, float]:
    """Accuracies in percent of one small network with batch norm, at a constant rate."""
    images = split(DATA["digits"](), seed, validate=False)
    images = replace(
        images, train_x=images.train_x * factor + offset, test_x=images.test_x * factor + offset
    )
    model = mlp(norm="before", seed=seed)
    scale(model, HE)
    train(model, without_test(images), seed, epochs=EPOCHS, lr=RATE)
    x, y = images_and_labels(images)
    return {
        "running": percent_correct(model, x, y, size=len(y), training=False),
        "by_batch": percent_correct(model, x, y, size=len(y), training=True),
    }
