"""What do many runs of the program behind the LeNet tutorial give?

The settings are those of the public program; `protocol.md` has the rules of the verdicts.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnlab.kit.nets.data import Dataset, digits, mnist
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, prediction_interval, summary
from book.experiments._shared.training import images_and_labels
from book.experiments._shared.trials import trials

SEEDS = range(10)
ARMS = ("none", "before")
EPOCHS = 20
BATCH = 128
DEGREES, SHIFT, SHEAR_DEGREES, ZOOM = 8.0, 0.08, 0.3, 0.08
TARGET = 98.5  # test accuracy in percent
TUTORIAL = {"none": 99.08, "before": 98.75}


def run(quick: bool) -> dict:
    """Curves by epoch and differences, with the prediction interval of one further pair."""
    seeds, setting = SEEDS, {"data": "mnist", "epochs": EPOCHS}
    if quick:
        seeds, setting = SEEDS[:2], {"data": "digits", "epochs": 2}
    found: dict[str, list[dict]] = {arm: [] for arm in ARMS}
    for seed in seeds:  # both arms of a seed side by side, so that a half-done run is paired
        for arm in ARMS:
            found[arm] += trials(measure, [seed], norm=arm, **setting)
    curves = {arm: np.array([one["accuracy"] for one in found[arm]]) for arm in ARMS}
    change = curves["before"] - curves["none"]
    low, high = prediction_interval(change[:, -1])
    first = {arm: _first(curves[arm]) for arm in ARMS}
    results: dict[str, Any] = {
        arm: {
            "accuracy": [summary(column) for column in curves[arm].T],
            "loss": [
                summary(column) for column in zip(*(o["loss"] for o in found[arm]), strict=True)
            ],
            "epochs_to_985": epochs_to(found[arm], TARGET, setting["epochs"]),
            "second_half": comparison(
                curves[arm][:, setting["epochs"] // 2 - 1], curves[arm][:, -1]
            ),
            "accuracies": curves[arm].tolist(),
        }
        for arm in ARMS
    }
    return results | {
        "change": {
            "accuracy": [
                comparison(*pair) for pair in zip(*(curves[a].T for a in ARMS), strict=True)
            ],
            "final": comparison(curves["none"][:, -1], curves["before"][:, -1]),
            "first": comparison(curves["none"][:, 0], curves["before"][:, 0]),
            "epochs_to_985": comparison(first["none"], first["before"]),
            "correlation": float(np.corrcoef(curves["none"][:, -1], curves["before"][:, -1])[0, 1]),
            "prediction": {"low": low, "high": high},
        },
        "tutorial": {"change": TUTORIAL["before"] - TUTORIAL["none"]},
    }


def _first(curves: np.ndarray) -> list[int]:
    """First epoch of each run that reaches the target; one more than all if none does."""
    reached = curves >= TARGET
    return [int(row.argmax()) + 1 if row.any() else len(row) + 1 for row in reached]


def epochs_to(found: list[dict], target: float, longest: int) -> dict:
    """First epoch that reaches the target; a run that never does counts as one more than all."""
    first = [
        next((e for e, x in enumerate(one["accuracy"], 1) if x >= target), longest + 1)
        for one in found
    ]
    return {
        "median": statistics.median(first),
        "least": min(first),
        "most": max(first),
        "reached": sum(e <= longest for e in first),
    }


class RunningByKeras(nn.Module):
    """Batch norm with the conventions of the program: biased running variance, eps 0.001."""

    def __init__(self, features: int, eps: float = 1e-3, momentum: float = 0.01) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            with torch.no_grad():
                others = [axis for axis in range(x.ndim) if axis != 1]
                var, mean = torch.var_mean(x, dim=others, correction=0)
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var, self.momentum)
            return F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=self.eps)
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
        )


def network(norm: str, image: int, seed: int) -> nn.Sequential:
    """The tutorial's LeNet with average pooling, Glorot weights and all biases."""
    padding = 1 if image < 10 else 0
    layers: list[nn.Module] = []
    side = image
    for inputs, outputs in ((1, 6), (6, 16)):
        layers += _unit(nn.Conv2d(inputs, outputs, 3, padding=padding), outputs, norm)
        layers.append(nn.AvgPool2d(2))
        side = (side - 2 + 2 * padding) // 2
    layers.append(nn.Flatten())
    for inputs, outputs in ((16 * side * side, 120), (120, 84)):
        layers += _unit(nn.Linear(inputs, outputs), outputs, norm)
    layers.append(nn.Linear(84, 10))
    draw = torch.Generator().manual_seed(seed)
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=draw)
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def _unit(layer: nn.Module, outputs: int, norm: str) -> list[nn.Module]:
    return [layer, *([RunningByKeras(outputs)] if norm == "before" else []), nn.ReLU()]


class Augment(nn.Module):
    """Images (N, 1, H, W) turned, shifted, sheared and zoomed at random, in training mode only."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        # Its own stream: both arms of a seed see the same images.
        self.generator = torch.Generator().manual_seed(seed)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        angle, shear, down, right, tall, wide = (
            2 * torch.rand(6, len(x), generator=self.generator) - 1
        )
        angle, shear = math.radians(DEGREES) * angle, math.radians(SHEAR_DEGREES) * shear
        tall, wide = 1 + ZOOM * tall, 1 + ZOOM * wide
        # affine_grid has coordinates from -1 to 1, so a share of the side counts twice.
        down, right = 2 * SHIFT * down, 2 * SHIFT * right
        cos, sin = angle.cos(), angle.sin()
        rows = torch.stack(
            [
                wide * cos,
                -tall * (sin * shear.cos() + cos * shear.sin()),
                right,
                wide * sin,
                tall * (cos * shear.cos() - sin * shear.sin()),
                down,
            ],
            dim=1,
        )
        grid = F.affine_grid(rows.reshape(-1, 2, 3), list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


class Diary:
    """Called after each step; after each epoch it writes down test accuracy and loss."""

    def __init__(self, steps: int, x: Tensor, y: Tensor) -> None:
        self.steps, self.x, self.y = steps, x, y
        self.pages: dict[str, list[float]] = {"accuracy": [], "loss": []}

    def __call__(self, done: int, model: nn.Module) -> None:
        if done % self.steps:
            return
        accuracy, loss = judged(model, self.x, self.y)
        self.pages["accuracy"].append(accuracy)
        self.pages["loss"].append(loss)


@torch.no_grad()
def judged(model: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Accuracy in percent and mean cross-entropy in evaluation mode."""
    model.eval()
    logits = torch.cat([model(part) for part in x.split(1000)])
    model.train()
    correct = (logits.argmax(1) == y).double().mean().item()
    return 100 * correct, F.cross_entropy(logits, y).item()


def measure(seed: int, norm: str, data: str, epochs: int) -> dict[str, list[float]]:
    """Test accuracy in percent and loss of one training, epoch by epoch."""
    images = as_bytes({"mnist": mnist, "digits": digits}[data]())
    x, y = images_and_labels(images)
    model = nn.Sequential(Augment(seed), network(norm, x.shape[-1], seed))
    diary = Diary(len(images.train_x) // BATCH, x, y)
    # The diary judges on the whole test set; fit would do it once more.
    fit(
        model,
        images.head(len(images.train_x), 1),
        epochs,
        lr=1e-3,
        optimizer="adam",
        batch_size=BATCH,
        on_step=diary,
        seed=seed,
        device="cpu",
        progress=False,
    )
    return diary.pages


def as_bytes(images: Dataset) -> Dataset:
    """The images with pixels from 0 to 255, which the program does not scale."""
    return replace(images, train_x=images.train_x * 255, test_x=images.test_x * 255)
