"""Does batch norm still help when its output drifts and each network has its own rate?

After each batch norm every channel is multiplied and shifted by random numbers, drawn anew at
every training step, so that the next layer's inputs move more than they do without batch norm.
The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
# Name -> strength of the random scale and of the random shift; None is without batch norm.
ARMS: dict[str, tuple[float, float] | None] = {
    "none": None,
    "bn": (0.0, 0.0),
    "noisy0_5": (0.5, 0.5),
    "noisy1": (1.0, 1.0),
    "shift0_5": (0.0, 0.5),
    "shift1": (0.0, 1.0),
}
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
UNTUNED = 0.3
EPOCHS = 15  # of 20 steps
NETS = {"shallow": 5, "deep": 10}  # hidden layers


def run(quick: bool) -> dict:
    """Accuracy in percent and drift of a middle layer's input, by network and arm."""
    seeds, nets, epochs = (SEEDS[:2], ["shallow"], 1) if quick else (SEEDS, NETS, EPOCHS)
    return {net: by_arm(net, seeds, epochs, quick) for net in nets}


def by_arm(net: str, seeds: range, epochs: int, quick: bool) -> dict:
    """All arms of one network, each at its own rate; `gain` is against no batch norm."""
    setting = {"net": net, "epochs": epochs}
    found = {
        arm: at_best_rate(measure, seeds, RATES, quick, arm=arm, **setting)
        for arm in (tuple(ARMS)[:3] if quick else ARMS)
    }
    plain = [one["accuracy"] for one in found["none"][1]]
    results: dict[str, Any] = {
        arm: {
            "accuracy": summary([one["accuracy"] for one in column]),
            "gain": comparison(plain, [one["accuracy"] for one in column]),
            "drift": summary([one["drift"] for one in column]),
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
        for arm, (chosen, column) in found.items()
    }
    untuned = [
        [one["accuracy"] for one in trials(measure, seeds, arm=arm, lr=UNTUNED, **setting)]
        for arm in ("none", "bn")
    ]
    return results | {"verdicts": verdicts(results), "untuned": comparison(*untuned)}


def verdicts(arms: dict[str, dict]) -> dict[str, Any]:
    """What the rules of the protocol say of one network."""
    plain = arms["none"]["drift"]["high"]
    drifting = [
        name for name, arm in arms.items() if name != "none" and arm["drift"]["low"] > plain
    ]
    ahead = [name for name in drifting if arms[name]["gain"]["low"] > 0]
    behind = [arms[name]["accuracy"]["high"] < arms["bn"]["accuracy"]["low"] for name in drifting]
    return {
        "reduces_drift": bool(arms["bn"]["drift"]["high"] < arms["none"]["drift"]["low"]),
        "drifting": drifting,
        "ahead": ahead,
        "taken_away": bool(drifting and all(behind) and not ahead),
    }


def measure(
    seed: int, net: str, arm: str, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy of one training, and the drift seen on the way."""
    depth, noise = NETS[net], ARMS[arm]

    def make_norm(channels: int) -> nn.Module:
        return DriftingBatchNorm(channels, *(noise or (0.0, 0.0)))

    norm = "none" if noise is None else "before"
    model = mlp((64, *[100] * depth, 10), norm, make_norm, seed)
    he_weights(model, seed)
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    drift = Drift(linear[depth // 2])
    images = split(DATA["digits"](), seed, validate)
    options: dict[str, Any] = {"momentum": 0.0, "device": "cpu", "progress": False}
    fit(model, without_test(images), epochs, lr, batch_size=50, seed=seed, **options)
    return {
        "accuracy": 100 * accuracy(model, images.test_x, images.test_y),
        "drift": drift.value(),
    }


class DriftingBatchNorm(nn.BatchNorm1d):
    """Batch norm whose output is scaled and shifted at random, channel by channel, in training."""

    def __init__(self, channels: int, scale: float, shift: float) -> None:
        super().__init__(channels)
        self.scale, self.shift = scale, shift

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        if not self.training or self.scale == self.shift == 0:
            return y
        scale, shift = torch.randn(2, self.num_features)
        return y * (1 + self.scale * scale) + self.shift * shift


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
