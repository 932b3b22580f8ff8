"""What does a network lose in training when the gradient leaves out paths of batch norm?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SAME_RATE = 0.03
ARMS = ("all", "no_mean", "no_variance", "direct")
EPOCHS = 5


class Detached(nn.Module):
    """Batch norm in training whose mean, variance, or both are constants for the gradient."""

    def __init__(self, features: int, paths: str) -> None:
        super().__init__()
        self.paths = paths
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        var, mean = torch.var_mean(x, 0, correction=0)
        if self.paths in ("no_mean", "direct"):
            # The variance stays a function of x; only the subtracted mean is a constant.
            mean = mean.detach()
        if self.paths in ("no_variance", "direct"):
            var = var.detach()
        return (x - mean) * torch.rsqrt(var + 1e-5) * self.weight + self.bias


def run(quick: bool) -> dict:
    """Accuracy, loss and sizes of weights and biases per arm, at rates of their own and at one."""
    seeds = SEEDS[:2] if quick else SEEDS
    own, same, rates = {}, {}, {}
    for arm in ARMS:
        chosen, own[arm] = at_best_rate(measure, seeds, RATES, quick, paths=arm)
        rates[arm] = {"rate": chosen.rate, "validation": chosen.accuracies}
        same[arm] = trials(measure, seeds, paths=arm, lr=SAME_RATE)
    found = compared(own)
    return {
        "own_rate": {arm: found[arm] | rates[arm] for arm in ARMS},
        "same_rate": compared(same),
    }


def compared(found: dict[str, list[dict]]) -> dict[str, dict[str, Any]]:
    """Summaries over seeds of each arm; `change` is the accuracy minus that of all paths."""
    columns = {arm: {n: [one[n] for one in rows] for n in rows[0]} for arm, rows in found.items()}
    results: dict[str, dict[str, Any]] = {
        arm: {name: summary(values) for name, values in each.items()}
        for arm, each in columns.items()
    }
    first, *others = ARMS
    pairs = [(columns[first]["accuracy"], columns[arm]["accuracy"]) for arm in others]
    for arm, change in zip(others, corrected(pairs), strict=True):
        results[arm]["change"] = change
    return results


def measure(seed: int, paths: str, *, lr: float, validate: bool = False) -> dict[str, float]:
    """One training on digits: accuracy with batch statistics, last loss, sizes of parameters."""
    torch.manual_seed(seed)
    images = split(DATA["digits"](), seed, validate)
    model = net(paths)
    scale(model, HE)
    linear = [model[1], model[4]]
    before = torch.cat([each.weight.detach().flatten() for each in linear]).norm()
    history = fit(model, without_test(images), EPOCHS, lr, seed=seed, device="cpu", progress=False)
    after = torch.cat([each.weight.detach().flatten() for each in linear]).norm()
    bias = torch.cat([each.bias.detach() for each in linear])
    return {
        "accuracy": 100 * accuracy(model, images.test_x, images.test_y),
        "loss": history.loss[-1],
        "weights": (after / before).item(),
        "bias": bias.square().mean().sqrt().item(),
    }


def net(paths: str) -> nn.Sequential:
    """Two hidden layers; the linear ones keep a bias, so that it can drift."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 100),
        Detached(100, paths),
        nn.ReLU(),
        nn.Linear(100, 100),
        Detached(100, paths),
        nn.ReLU(),
        nn.Linear(100, 10),
    )
