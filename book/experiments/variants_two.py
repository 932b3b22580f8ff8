"""Does batch norm fail with two images, or with two values per mean, at a rate of its own?

A network of convolutions only has at least four values per mean and image; batches of two images.
The grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from bnlab.kit.nets.models import convnet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import PARTS, split

SEEDS = range(10)
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
NORMS: dict[str, Callable[[int], nn.Module] | None] = {
    "batch": None,
    "group": lambda channels: nn.GroupNorm(4, channels),
}


def run(quick: bool) -> dict:
    """Accuracy in percent of each norm, and group minus batch, paired by seed."""
    seeds, rows = (SEEDS[:2], 100) if quick else (SEEDS, PARTS[0])
    results, found = {}, {}
    for norm in NORMS:
        chosen, runs = at_best_rate(measure, seeds, RATES, quick, norm=norm, rows=rows)
        found[norm] = [one["accuracy"] for one in runs]
        results[norm] = summary(found[norm]) | {
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
    return results | {"group_minus_batch": comparison(found["batch"], found["group"])}


def measure(seed: int, norm: str, rows: int, lr: float, validate: bool = False) -> dict[str, float]:
    """Accuracy in percent, in evaluation, of a net of three convolutions."""
    data = split(DATA["digits"](), seed, validate).head(rows)
    model = convnet("before", make_norm=NORMS[norm], seed=seed)
    scale(model, HE)
    recipe = {"epochs": 1, "lr": lr, "batch_size": 2}
    fit(model, without_test(data), seed=seed, device="cpu", progress=False, **recipe)
    return {"accuracy": 100 * accuracy(model, data.test_x, data.test_y)}
