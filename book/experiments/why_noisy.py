"""Does batch norm still help when its output is made to drift?

After each batch norm every channel is multiplied and shifted by random numbers, drawn anew at
every training step, so that the next layer's inputs move more than they do without batch norm.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
ARMS = {"none": None, "bn": 0.0, "noisy0_5": 0.5, "noisy1": 1.0}
RATES = (0.1, 0.3, 1.0)
EPOCHS = 15  # of 20 steps
NETS = {"shallow": (5, False), "deep": (10, True)}


def run(quick: bool) -> dict:
    """Accuracy in percent and drift of a middle layer's input, by network, rate and arm."""
    seeds, nets, rates = (SEEDS[:2], ["shallow"], RATES[:1]) if quick else (SEEDS, NETS, RATES)
    return {net: by_rate(net, seeds, rates) for net in nets}


def by_rate(net: str, seeds: range, rates: tuple[float, ...]) -> dict:
    """All rates of one network, and the best of them for each arm."""
    found = {f"lr{rate:g}": by_arm(net, seeds, rate) for rate in rates}
    best = {arm: max(found, key=lambda rate: found[rate][arm]["accuracy"]["mean"]) for arm in ARMS}
    plain = found[best["none"]]["none"]["accuracies"]
    return found | {
        "best": {
            arm: {
                "rate": rate.removeprefix("lr"),
                "accuracy": found[rate][arm]["accuracy"],
                "gain": comparison(plain, found[rate][arm]["accuracies"]),
            }
            for arm, rate in best.items()
        }
    }


def by_arm(net: str, seeds: range, rate: float) -> dict:
    """All arms at one learning rate; `gain` is against no batch norm, paired by seed."""
    found = {arm: trials(measure, seeds, net=net, arm=arm, rate=rate) for arm in ARMS}
    plain = [one["accuracy"] for one in found["none"]]
    return {
        arm: {
            "accuracy": summary([one["accuracy"] for one in column]),
            "gain": comparison(plain, [one["accuracy"] for one in column]),
            "drift": summary([one["drift"] for one in column]),
            "accuracies": [one["accuracy"] for one in column],
        }
        for arm, column in found.items()
    }


def measure(seed: int, net: str, arm: str, rate: float) -> dict[str, float]:
    """Accuracy of one training, and the drift seen on the way."""
    depth, he = NETS[net]
    noise = ARMS[arm]

    def make_norm(channels: int) -> nn.Module:
        return NoisyBatchNorm(channels, noise)

    model = mlp((64, *[100] * depth, 10), "none" if noise is None else "before", make_norm, seed)
    if he:
        he_weights(model, seed)
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    drift = Drift(linear[depth // 2])
    options: dict[str, Any] = {"momentum": 0.0, "device": "cpu", "progress": False}
    history = fit(model, digits(), epochs=EPOCHS, lr=rate, seed=seed, **options)
    return {"accuracy": 100 * history.accuracy[-1], "drift": drift.value()}


class NoisyBatchNorm(nn.BatchNorm1d):
    """Batch norm whose output is scaled and shifted at random, channel by channel, in training."""

    def __init__(self, channels: int, noise: float) -> None:
        super().__init__(channels)
        self.noise = noise

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        if not self.training or self.noise == 0:
            return y
        scale, shift = self.noise * torch.randn(2, self.num_features)
        return y * (1 + scale) + shift


class Drift:
    """How far the mean of a layer's input moves in a step, in standard deviations of that input."""

    def __init__(self, layer: nn.Module) -> None:
        self.last: Tensor | None = None
        self.moves: list[float] = []
        layer.register_forward_pre_hook(self.see)

    @torch.no_grad()
    def see(self, layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        """Note the mean of one training batch."""
        if not layer.training:
            return
        sd, mean = torch.std_mean(inputs[0], dim=0)
        if self.last is not None:
            self.moves.append(((mean - self.last).abs().mean() / sd.mean()).item())
        self.last = mean

    def value(self) -> float:
        """Median over steps; a step without numbers counts as one that moves without end."""
        moves = torch.tensor(self.moves)
        return moves.nan_to_num(nan=1e6, posinf=1e6).median().item()


def he_weights(model: nn.Module, seed: int) -> None:
    """Weights of He's initialization and biases of 0, where there is a bias."""
    draw = torch.Generator().manual_seed(seed)
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=draw)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
