"""Does a network with batch norm tolerate a larger range of regularization strengths?

The arms, the grid and the endpoint are in `protocol.md`.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import batches
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
ARMS = ("none", "before")
DECAYS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
EPOCHS = 20  # of 20 batches
WITHIN = 5.0  # points below the accuracy without decay
LEAST = 0.0003  # stands for no decay, on the scale of decades


def run(quick: bool) -> dict:
    """Accuracy in percent over the strengths, each arm and strength at its own rate."""
    seeds, decays, epochs = (SEEDS[:2], DECAYS[:2], 2) if quick else (SEEDS, DECAYS, EPOCHS)
    arms: dict[str, list[dict]] = {arm: [] for arm in ARMS}
    reach = {}
    for arm in ARMS:
        rows = []
        for decay in decays:
            chosen, found = at_best_rate(
                measure, seeds, RATES, quick, norm=arm, decay=decay, epochs=epochs
            )
            rows.append([one["accuracy"] for one in found])
            arms[arm].append(
                summary(rows[-1]) | {"rate": chosen.rate, "validation": chosen.accuracies}
            )
        reach[arm] = reached(np.array(rows), decays)
    return {
        "decays": list(decays),
        "arms": arms,
        "reach": {arm: summary(values) for arm, values in reach.items()},
        "reach_change": comparison(reach["none"], reach["before"]),
    }


def reached(rows: np.ndarray, decays: tuple[float, ...]) -> list[float]:
    """For each seed, log10 of the largest strength before the accuracy falls.

    Args:
        rows: (strengths, seeds), accuracy in percent; the first row is without decay.
        decays: the strengths, ascending.
    """
    good = np.logical_and.accumulate(rows >= rows[0] - WITHIN).sum(axis=0)
    return [float(np.log10(max(decays[count - 1], LEAST))) for count in good]


def measure(
    seed: int, norm: str, *, decay: float, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy in percent after gradient descent with decay of the weights of all layers."""
    images = split(DATA["digits"](), seed, validate)
    model = mlp((64, *(100,) * 5, 10), norm=norm, seed=seed)
    scale(model, HE)
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": others}]
    optimizer = torch.optim.SGD(groups, lr=lr)
    x, y = torch.as_tensor(images.train_x), torch.as_tensor(images.train_y)
    for epoch in range(epochs):
        for xb, yb in batches(x, y, 50, seed=(seed, epoch), drop_last=True):
            optimizer.zero_grad()
            cross_entropy(model(xb), yb).backward()
            optimizer.step()
    return {"accuracy": 100 * accuracy(model, images.test_x, images.test_y)}
