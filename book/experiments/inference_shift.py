"""What does a changed camera do to a trained network, and do new running statistics repair it?"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import DATA, images_and_labels, percent_correct, trained
from book.experiments._shared.trials import trials

SEEDS = range(10)
ARMS = ("none", "before")
UNSEEN = 1000  # images without labels, from behind the training images, that recalibrate
FEW = 32  # as many as a first look through the new camera
BATCH = 128
ADAM = {"epochs": 3, "lr": 1e-3, "optimizer": "adam"}
LENET = {"net": "lenet", "data": "mnist", "rows": 10_000} | ADAM
DIGITS = {"net": "convnet", "data": "digits", "rows": 1000} | ADAM


def noisy(x: Tensor) -> Tensor:
    """Grain, the same at every call."""
    generator = torch.Generator().manual_seed(0)
    return x + 0.5 * torch.randn(x.shape, generator=generator)


CAMERAS: dict[str, Callable[[Tensor], Tensor]] = {
    "same": lambda x: x,
    "dim": lambda x: 0.3 * x,
    "fog": lambda x: 0.5 * x + 0.5,
    "grain": noisy,
    "negative": lambda x: 1 - x,
}


def run(quick: bool) -> dict:
    """Accuracy in percent by camera, for each way to find the two numbers of batch norm."""
    seeds, setting = (SEEDS[:2], DIGITS) if quick else (SEEDS, LENET)
    found = {arm: trials(measure, seeds, norm=arm, **setting) for arm in ARMS}
    results: dict[str, Any] = {}
    for camera in CAMERAS:
        columns = {
            f"{arm}_{way}": [one[camera][way] for one in found[arm]]
            for arm in ARMS
            for way in found[arm][0][camera]
        }
        running = columns["before_running"]
        results[camera] = {
            name: summary(column) | {"change": comparison(running, column)}
            for name, column in columns.items()
        }
    old = [one["same"]["running"] for one in found["before"]]
    back = [one["back"] for one in found["before"]]
    results["back"] = summary(back) | {"change": comparison(old, back)}
    return results


def measure(seed: int, norm: str, **setting: Any) -> dict[str, Any]:
    """Accuracies in percent of one network that was trained with the first camera."""
    model, images = trained(seed, norm, **setting)
    x, y = images_and_labels(images)
    rows = setting["rows"]
    unseen = torch.as_tensor(DATA[setting["data"]]().train_x[rows : rows + UNSEEN])
    found: dict[str, Any] = {}
    for name, camera in CAMERAS.items():
        seen = camera(x)
        found[name] = {"running": percent_correct(model, seen, y, BATCH, training=False)}
        if norm == "none":
            continue
        found[name] |= {
            "batch": percent_correct(model, seen, y, BATCH, training=True),
            "few": percent_correct(adapted(model, camera(unseen[:FEW])), seen, y, BATCH, False),
            "many": percent_correct(adapted(model, camera(unseen)), seen, y, BATCH, False),
        }
    if norm != "none":
        found["back"] = percent_correct(adapted(model, CAMERAS["fog"](unseen)), x, y, BATCH, False)
    return found


@torch.no_grad()
def adapted(model: nn.Module, x: Tensor) -> nn.Module:
    """A copy with the statistics of x, found by torch's own `update_bn`."""
    copied = copy.deepcopy(model)
    update_bn(x.split(BATCH), copied)
    return copied
