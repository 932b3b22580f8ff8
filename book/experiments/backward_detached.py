"""What happens to training when the gradient ignores the paths through mean and variance?"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
ARMS = ("all", "no_mean", "no_variance", "direct")
RATES = (0.05, 0.5)


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
    """Accuracy, loss and growth of weights and biases, per rate and set of paths."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {f"{lr:g}": _compared(seeds, lr) for lr in (RATES[:1] if quick else RATES)}


def _compared(seeds: range, lr: float) -> dict:
    found = {arm: trials(measure, seeds, paths=arm, lr=lr) for arm in ARMS}
    names = found["all"][0]
    columns = {arm: {n: [one[n] for one in rows] for n in names} for arm, rows in found.items()}
    return {
        arm: {name: summary(values) for name, values in each.items()}
        | {"change": comparison(columns["all"]["accuracy"], each["accuracy"])}
        for arm, each in columns.items()
    }


def measure(seed: int, **setting: Any) -> dict[str, float]:
    """One training on digits: accuracy with batch statistics, last loss, sizes of parameters."""
    torch.manual_seed(seed)
    model = net(setting["paths"])
    linear = [model[1], model[4]]
    before = torch.cat([each.weight.detach().flatten() for each in linear]).norm()
    history = fit(
        model, digits(), epochs=5, lr=setting["lr"], seed=seed, device="cpu", progress=False
    )
    after = torch.cat([each.weight.detach().flatten() for each in linear]).norm()
    bias = torch.cat([each.bias.detach() for each in linear])
    return {
        "accuracy": 100 * history.accuracy[-1],
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
