"""What does a convolutional network lose when its statistics are taken over the wrong axes?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad

from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import corrected, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
AXES = {"channel": (0, 2, 3), "pixel": (0,), "sample": (2, 3), "column": (0, 1, 2)}
BATCHES = {64: 20, 8: 5}  # epochs for each batch size
KINDS = ("as_is", "moved")
SHIFTS = {"right": (1, 0, 0, 0), "left": (0, 1, 0, 0), "down": (0, 0, 1, 0), "up": (0, 0, 0, 1)}


class Normalize(nn.Module):
    """Batch norm over any axes of (N, C, H, W); a statistic per sample has no running value."""

    def __init__(self, shape: tuple[int, int, int], axes: tuple[int, ...]) -> None:
        super().__init__()
        self.axes, self.per_sample = axes, 0 not in axes
        sizes = [1, *(1 if axis in axes else size for axis, size in enumerate(shape, 1))]
        self.weight, self.bias = nn.Parameter(torch.ones(sizes)), nn.Parameter(torch.zeros(sizes))
        self.register_buffer("running_mean", torch.zeros(sizes))
        self.register_buffer("running_var", torch.ones(sizes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training or self.per_sample:
            var, mean = torch.var_mean(x, self.axes, correction=0, keepdim=True)
            if not self.per_sample:
                n = x.numel() / mean.numel()
                self.running_mean.lerp_(mean.detach(), 0.1)
                self.running_var.lerp_(var.detach() * n / (n - 1), 0.1)
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + 1e-5) * self.weight + self.bias


def net(axes: tuple[int, ...]) -> nn.Sequential:
    """Two convolutions, each normalized over the axes, then the mean over each map."""
    layers: list[nn.Module] = []
    for inner, outer in ((1, 16), (16, 32)):
        layers += [nn.Conv2d(inner, outer, 3, padding=1, bias=False)]
        layers += [Normalize((outer, 8, 8), axes), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def run(quick: bool) -> dict:
    """Accuracy in percent per batch size, axes and kind of test image; differences by seed."""
    return {f"batch_{batch}": _compared(batch, epochs, quick) for batch, epochs in BATCHES.items()}


def _compared(batch: int, epochs: int, quick: bool) -> dict:
    seeds, epochs = (SEEDS[:2], 1) if quick else (SEEDS, epochs)
    results, columns = {}, {}
    for axes in AXES:
        chosen, rows = at_best_rate(
            measure, seeds, RATES, quick, axes=axes, batch=batch, epochs=epochs
        )
        columns[axes] = {
            "as_is": [one["accuracy"] for one in rows],
            "moved": [one["moved"] for one in rows],
        }
        results[axes] = {kind: summary(values) for kind, values in columns[axes].items()}
        results[axes] |= {"rate": chosen.rate, "validation": chosen.accuracies}
    others = [axes for axes in AXES if axes != "channel"]
    for kind in KINDS:
        found = corrected([(columns["channel"][kind], columns[axes][kind]) for axes in others])
        for axes, change in zip(others, found, strict=True):
            results[axes][kind]["minus_channel"] = change
    return results


def measure(
    seed: int, axes: str, *, batch: int, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy in percent of one network on the images as they are, and moved by a pixel."""
    torch.manual_seed(seed)
    images = split(DATA["digits"](), seed, validate)
    model = net(AXES[axes])
    scale(model, HE)
    fit(
        model,
        without_test(images),
        epochs,
        lr,
        batch_size=batch,
        schedule=lambda done: 1 - done,
        seed=seed,
        device="cpu",
        progress=False,
    )
    x, y = torch.as_tensor(images.test_x), images.test_y
    moved = [accuracy(model, _shift(x, by), y) for by in SHIFTS.values()]
    return {"accuracy": 100 * accuracy(model, x, y), "moved": 100 * sum(moved) / len(moved)}


def _shift(x: torch.Tensor, by: tuple[int, int, int, int]) -> torch.Tensor:
    _, right, _, bottom = by
    return pad(x, by)[:, :, bottom : bottom + 8, right : right + 8]
