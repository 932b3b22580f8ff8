"""What does a convolutional net lose when its statistics are taken over the wrong axes?"""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn.functional import cross_entropy, pad

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
AXES = {"channel": (0, 2, 3), "pixel": (0,), "sample": (2, 3), "column": (0, 1, 2)}
BATCHES = {64: 20, 8: 5}  # epochs for each batch size
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


def digits() -> list[torch.Tensor]:
    """Training and test images (N, 1, 8, 8) in 0 to 1, and their labels."""
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 1, 8, 8).astype("float32") / 16
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels, test_size=0.25, random_state=0, stratify=labels
    )
    return [torch.from_numpy(part) for part in (train_x, train_y, test_x, test_y)]


def measure(seed: int, axes: str, batch: int) -> dict:
    """Test accuracy of one trained net on the images as they are, and moved by a pixel."""
    torch.manual_seed(seed)
    train_x, train_y, test_x, test_y = digits()
    model = net(AXES[axes])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    steps = BATCHES[batch] * (len(train_x) // batch)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    for _ in range(BATCHES[batch]):
        for rows in torch.randperm(len(train_x)).split(batch)[:-1]:  # the last may be small
            optimizer.zero_grad()
            cross_entropy(model(train_x[rows]), train_y[rows]).backward()
            optimizer.step()
            decay.step()
    moved = [_accuracy(model, _shift(test_x, by), test_y) for by in SHIFTS.values()]
    return {"as_is": _accuracy(model, test_x, test_y), "moved": sum(moved) / len(moved)}


def _accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    model.eval()
    with torch.no_grad():
        return 100 * (model(x).argmax(1) == y).double().mean().item()


def _shift(x: torch.Tensor, by: tuple[int, int, int, int]) -> torch.Tensor:
    _, right, _, bottom = by
    return pad(x, by)[:, :, bottom : bottom + 8, right : right + 8]


def run(quick: bool) -> dict:
    """Accuracy in percent per batch size, axes and kind of test image; differences by seed."""
    return {f"batch_{batch}": _compared(batch, SEEDS[:2] if quick else SEEDS) for batch in BATCHES}


def _compared(batch: int, seeds: range) -> dict:
    results = {axes: trials(measure, seeds, axes=axes, batch=batch) for axes in AXES}
    return {
        axes: {
            kind: summary(_column(rows, kind))
            | {"minus_channel": comparison(_column(results["channel"], kind), _column(rows, kind))}
            for kind in ("as_is", "moved")
        }
        for axes, rows in results.items()
    }


def _column(rows: list[dict], kind: str) -> list[float]:
    return [row[kind] for row in rows]
