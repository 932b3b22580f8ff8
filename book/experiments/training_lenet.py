"""What does batch norm change in the LeNet tutorial, run as it is written, over many seeds?

The tutorial gives the architecture, 20 epochs, batches of 128, rotation, shear and zoom.
It gives neither the optimizer nor the amount of augmentation; those here are ours.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, median_summary, summary
from book.experiments._shared.training import images_and_labels, start
from book.experiments._shared.trials import trials

SEEDS = range(10)
ARMS = ("none", "before")
EPOCHS = 20
RECIPE = {"batch_size": 128, "lr": 1e-3, "optimizer": "adam"}
DEGREES, SHEAR, ZOOM = 10, 0.1, 0.1
TARGETS = {"t980": 98.0, "t985": 98.5, "t990": 99.0}  # test accuracy in percent


def run(quick: bool) -> dict:
    """Curves by epoch, what they come to at the end, and the price of a step."""
    seeds, setting = SEEDS, {"data": "mnist", "rows": 60_000, "epochs": EPOCHS}
    if quick:
        seeds, setting = SEEDS[:2], {"data": "digits", "rows": 1297, "epochs": 3}
    found: dict[str, list[dict]] = {arm: [] for arm in ARMS}
    for seed in seeds:  # both arms of a seed side by side, so that a half-done run is paired
        for arm in ARMS:
            found[arm] += trials(measure, [seed], norm=arm, **setting)
    results: dict[str, Any] = {arm: gather(found[arm]) for arm in ARMS}
    results["change"] = {
        part: [
            comparison(*pair) for pair in zip(*(columns(found[a], part) for a in ARMS), strict=True)
        ]
        for part in ("accuracy", "loss", "train_loss")
    }
    halfway = EPOCHS // 2 - 1
    for arm in ARMS if not quick else ():
        by_epoch = columns(found[arm], "accuracy")
        results[arm]["second_half"] = comparison(by_epoch[halfway], by_epoch[-1])
    for part in ("accuracy", "loss"):
        results["change"][f"final_{part}"] = results["change"][part][-1]
    results["change"]["best_accuracy"] = comparison(
        *([max(one["accuracy"]) for one in found[arm]] for arm in ARMS)
    )
    results["ratio"] = {
        clock: median_summary(
            np.divide(*([sum(one[clock]) for one in found[arm]] for arm in ARMS[::-1]))
        )
        for clock in ("cpu", "wall")
    }
    return results


def columns(found: list[dict], part: str) -> list[tuple[float, ...]]:
    """One tuple over seeds for each epoch."""
    return list(zip(*(one[part] for one in found), strict=True))


def gather(found: list[dict]) -> dict:
    """Summaries over seeds: by epoch, at the end, and epochs to each target."""
    results: dict[str, Any] = {
        part: [summary(column) for column in columns(found, part)]
        for part in ("accuracy", "loss", "train_loss")
    }
    results["final_accuracy"] = results["accuracy"][-1]
    results["final_loss"] = results["loss"][-1]
    results["final_train_loss"] = results["train_loss"][-1]
    results["accuracies"] = [one["accuracy"][-1] for one in found]
    results["epochs_to"] = {
        name: epochs_to(found, target, EPOCHS) for name, target in TARGETS.items()
    }
    return results


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


class Augment(nn.Module):
    """Images (N, 1, H, W) turned, sheared and zoomed by random amounts, in training mode only."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        # Its own stream: both arms of a seed see the same images.
        self.generator = torch.Generator().manual_seed(seed)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        angle, shear, zoom = 2 * torch.rand(3, len(x), generator=self.generator) - 1
        angle, shear, zoom = (
            torch.deg2rad(DEGREES * angle),
            SHEAR * shear,
            1 + ZOOM * zoom,
        )
        cos, sin, none = zoom * angle.cos(), zoom * angle.sin(), torch.zeros(len(x))
        rows = torch.stack([cos, shear * cos - sin, none, sin, shear * sin + cos, none], dim=1)
        grid = F.affine_grid(rows.reshape(-1, 2, 3), list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, align_corners=False)


class Diary:
    """Called after each step; after each epoch it writes down times, test accuracy and loss."""

    def __init__(self, steps: int, x: Tensor, y: Tensor) -> None:
        self.steps, self.x, self.y = steps, x, y
        self.pages: dict[str, list[float]] = {
            "accuracy": [],
            "loss": [],
            "cpu": [],
            "wall": [],
        }
        self.started = time.process_time(), time.perf_counter()

    def __call__(self, done: int, model: nn.Module) -> None:
        if done % self.steps:
            return
        self.pages["cpu"].append(time.process_time() - self.started[0])
        self.pages["wall"].append(time.perf_counter() - self.started[1])
        accuracy, loss = judged(model, self.x, self.y)
        self.pages["accuracy"].append(accuracy)
        self.pages["loss"].append(loss)
        self.started = time.process_time(), time.perf_counter()


@torch.no_grad()
def judged(model: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Accuracy in percent and mean cross-entropy in evaluation mode."""
    model.eval()
    logits = torch.cat([model(part) for part in x.split(1000)])
    model.train()
    correct = (logits.argmax(1) == y).double().mean().item()
    return 100 * correct, F.cross_entropy(logits, y).item()


def measure(seed: int, norm: str, data: str, rows: int, epochs: int) -> dict[str, list[float]]:
    """Test accuracy in percent, losses and seconds of one training, epoch by epoch."""
    net, images = start(seed, norm, net="lenet", data=data, rows=rows)
    x, y = images_and_labels(images)
    model = nn.Sequential(Augment(seed), net)
    diary = Diary(len(images.train_x) // RECIPE["batch_size"], x, y)
    # The diary judges on the whole test set; fit would do it once more.
    history = fit(
        model,
        images.head(rows, 1),
        epochs,
        on_step=diary,
        seed=seed,
        device="cpu",
        progress=False,
        **RECIPE,
    )
    return diary.pages | {"train_loss": list(history.loss)}
