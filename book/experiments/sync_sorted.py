"""What does batch norm without synchronization lose when every machine sees one class only?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
DEALT, WAYS = ("shuffled", "sorted"), ("apart", "together")
MACHINES, ROWS = 10, 8  # rows of one machine in one step
STEPS, LAST = 200, 20


class PerMachine(nn.Module):
    """Batch norm as on machines without synchronization; running statistics of the first one."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return self.layer(x)
        first, *others = x.chunk(MACHINES)
        return torch.cat([self.layer(first), *map(self._normalized, others)])

    def _normalized(self, x: Tensor) -> Tensor:
        weight, bias = self.layer.weight, self.layer.bias
        return nn.functional.batch_norm(x, None, None, weight, bias, training=True)


def run(quick: bool) -> dict:
    """Accuracy in percent, rows sorted or shuffled over machines, statistics apart or together."""
    seeds, steps, last = (SEEDS[:2], 20, 5) if quick else (SEEDS, STEPS, LAST)
    found, results = {}, {}
    for rows in DEALT:
        for way in WAYS:
            name = f"{rows}_{way}"
            chosen, each = at_best_rate(
                measure, seeds, RATES, quick, rows=rows, way=way, steps=steps, last=last
            )
            found[name] = [one["accuracy"] for one in each]
            results[name] = summary(found[name]) | {
                "rate": chosen.rate,
                "validation": chosen.accuracies,
                "in_training": summary([one["in_training"] for one in each]),
            }
    gains = corrected([(found[f"{rows}_apart"], found[f"{rows}_together"]) for rows in DEALT])
    named: dict[str, Any] = {f"{rows}_gain": gain for rows, gain in zip(DEALT, gains, strict=True)}
    return results | named


def measure(
    seed: int, rows: str, way: str, *, steps: int, last: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy of one LeNet in evaluation, and in its last steps; same images in every arm."""
    data = split(DATA["digits"](), seed, validate)
    x, y = torch.as_tensor(data.train_x), torch.as_tensor(data.train_y)
    model = lenet("before", image=8, seed=seed)
    scale(model, HE)
    if way == "apart":
        for place, layer in enumerate(model):
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                model[place] = PerMachine(layer)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    rng = np.random.default_rng(seed)
    of_digit = [np.flatnonzero(data.train_y == digit) for digit in range(10)]
    right = []
    for _ in range(steps):
        # Machine k gets ROWS images of digit k; shuffled, the same images are dealt anew.
        chosen = np.concatenate([rng.choice(each, ROWS, replace=False) for each in of_digit])
        order = rng.permutation(len(chosen))
        chosen = torch.as_tensor(chosen[order] if rows == "shuffled" else chosen)
        optimizer.zero_grad()
        logits = model(x[chosen])
        cross_entropy(logits, y[chosen]).backward()
        optimizer.step()
        right.append((logits.argmax(1) == y[chosen]).double().mean().item())
    return {
        "accuracy": 100 * accuracy(model, data.test_x, data.test_y),
        "in_training": 100 * sum(right[-last:]) / last,
    }
