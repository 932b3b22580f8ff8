"""How do RMSNorm and Dynamic Tanh compare with the older norms in a small convolutional network?

The arms, the grid and the endpoint are in `protocol.md`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from scipy import stats
from torch import Tensor, nn

from bnlab.kit.nets.models import convnet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, holm, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = 5


class RMSNorm(nn.Module):
    """Maps (N, C, H, W) divided by the root mean square of each sample; a weight per channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x * (x.square().mean((1, 2, 3), keepdim=True) + 1e-5).rsqrt()


class DynamicTanh(nn.Module):
    """Maps (N, C, H, W) through a tanh of learned slope, with a weight and bias per channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.tensor(0.5))
        self.weight = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * torch.tanh(self.alpha * x) + self.bias


NORMS: dict[str, Callable[[int], nn.Module] | None] = {
    "none": None,
    "batch": nn.BatchNorm2d,
    "group": lambda channels: nn.GroupNorm(4, channels),
    "layer": lambda channels: nn.GroupNorm(1, channels),
    "rms": RMSNorm,
    "tanh": DynamicTanh,
}


def run(quick: bool) -> dict:
    """Accuracy in percent of each norm, and its difference to batch norm, paired by seed."""
    seeds, norms, epochs = SEEDS, tuple(NORMS), EPOCHS
    if quick:
        seeds, norms, epochs = SEEDS[:2], ("batch", "rms", "tanh"), 1
    results, found = {}, {}
    for norm in norms:
        chosen, rows = at_best_rate(measure, seeds, RATES, quick, norm=norm, epochs=epochs)
        found[norm] = [one["accuracy"] for one in rows]
        results[norm] = {
            "accuracy": summary(found[norm]),
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
    others = [norm for norm in norms if norm != "batch"]
    p = holm([float(stats.ttest_rel(found[norm], found["batch"]).pvalue) for norm in others])
    for norm, value in zip(others, p, strict=True):
        results[norm]["minus_batch"] = comparison(found["batch"], found[norm]) | {"p_holm": value}
    return results


def measure(
    seed: int, norm: str, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy in percent, in evaluation, of a net of three convolutions."""
    data = split(DATA["digits"](), seed, validate)
    model = convnet("none" if norm == "none" else "before", make_norm=NORMS[norm], seed=seed)
    scale(model, HE)
    recipe = {"epochs": epochs, "lr": lr, "batch_size": 50}
    fit(model, without_test(data), seed=seed, device="cpu", progress=False, **recipe)
    return {"accuracy": 100 * accuracy(model, data.test_x, data.test_y)}
