"""What does batch norm without synchronization lose when every machine sees one class only?"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import accuracy
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
MACHINES, ROWS = 10, 8  # rows of one machine in one step
STEPS, LAST = 200, 20
RATE = 0.02


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
    seeds = SEEDS[:2] if quick else SEEDS
    found, results = {}, {}
    for rows in ("shuffled", "sorted"):
        for way in ("apart", "together"):
            each = trials(measure, seeds, rows=rows, way=way)
            name = f"{rows}_{way}"
            found[name] = [one["accuracy"] for one in each]
            results[name] = summary(found[name])
            results[name]["in_training"] = summary([one["in_training"] for one in each])
    for rows in ("shuffled", "sorted"):
        results[f"{rows}_gain"] = comparison(found[f"{rows}_apart"], found[f"{rows}_together"])
    return results


def measure(seed: int, rows: str, way: str) -> dict[str, float]:
    """Accuracy of one LeNet in evaluation, and in its last steps; same rows in every arm."""
    data = digits()
    x, y = torch.as_tensor(data.train_x), torch.as_tensor(data.train_y)
    model = lenet("before", image=8, seed=seed)
    if way == "apart":
        for place, layer in enumerate(model):
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                model[place] = PerMachine(layer)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9)
    rng = np.random.default_rng(seed)
    of_digit = [np.flatnonzero(data.train_y == digit) for digit in range(10)]
    right = []
    for _ in range(STEPS):
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
        "in_training": 100 * sum(right[-LAST:]) / LAST,
    }
