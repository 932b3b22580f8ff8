"""What does a changed camera do to a trained network, and do new running statistics repair it?

The arms, the grid and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from bnlab.kit.nets.models import lenet
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, corrected, summary
from book.experiments._shared.draws import VALIDATION, drawn, without_test
from book.experiments._shared.training import (
    DATA,
    HE,
    images_and_labels,
    percent_correct,
    scale,
)
from book.experiments._shared.tuning import at_best_rate

SEEDS = range(10)
ARMS = ("none", "before")
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
UNSEEN = 1000  # validation images, without labels, that recalibrate
FEW = 32  # as many as a first look through the new camera
BATCH = 128
FULL = {"data": "mnist", "rows": 10_000, "epochs": 3}
SHORT = {"data": "digits", "rows": 640, "epochs": 1}


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
CHANGED = tuple(camera for camera in CAMERAS if camera != "same")
# Name of a difference of the protocol, and the two columns of which it is second minus first.
PAIRS = (
    ("old_minus_none", "none_running", "before_running"),
    ("few_minus_old", "before_running", "before_few"),
)


def run(quick: bool) -> dict:
    """Accuracy in percent by camera, for each way to find the two numbers of batch norm."""
    seeds, setting = (SEEDS[:2], SHORT) if quick else (SEEDS, FULL)
    found = {arm: at_best_rate(measure, seeds, RATES, quick, norm=arm, **setting) for arm in ARMS}
    rows = {arm: trials for arm, (_, trials) in found.items()}
    columns = {
        camera: {
            f"{arm}_{way}": [one[camera][way] for one in rows[arm]]
            for arm in ARMS
            for way in rows[arm][0][camera]
        }
        for camera in CAMERAS
    }
    results: dict[str, Any] = {
        camera: {
            name: summary(values) | {"change": comparison(each["before_running"], values)}
            for name, values in each.items()
        }
        for camera, each in columns.items()
    }
    asked = [(camera, pair) for camera in CHANGED for pair in PAIRS]
    judged = corrected([(columns[camera][a], columns[camera][b]) for camera, (_, a, b) in asked])
    for (camera, (name, *_)), change in zip(asked, judged, strict=True):
        results[camera][name] = change
    back = [one["back"] for one in rows["before"]]
    old = columns["same"]["before_running"]
    results["back"] = summary(back) | {"change": comparison(old, back)}
    results["rate"] = {arm: chosen.rate for arm, (chosen, _) in found.items()}
    results["validation"] = {arm: chosen.accuracies for arm, (chosen, _) in found.items()}
    return results


def measure(
    seed: int,
    norm: str,
    *,
    data: str,
    rows: int,
    epochs: int,
    lr: float,
    validate: bool = False,
) -> dict[str, Any]:
    """Accuracies in percent of one network that was trained with the first camera."""
    images = drawn(DATA[data](), seed, rows, validate)
    model = lenet(norm, image=images.train_x.shape[-1], seed=seed)
    scale(model, HE)
    recipe = {"epochs": epochs, "lr": lr, "optimizer": "adam", "batch_size": 64}
    fit(model, without_test(images), seed=seed, device="cpu", progress=False, **recipe)
    x, y = images_and_labels(images)
    if validate:
        return {"accuracy": percent_correct(model, x, y, BATCH, training=False)}
    unseen = torch.as_tensor(DATA[data]().train_x[-VALIDATION:][:UNSEEN])
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
