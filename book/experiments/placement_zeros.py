"""Which share of the values that leave the ReLU is zero, for each placement of batch norm?"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from book.experiments._shared.analysis import summary
from book.experiments._shared.training import images_and_labels, start, train
from book.experiments._shared.trials import trials

SEEDS = range(20)
ARMS = ("none", "before", "after")
DIGITS = {"net": "lenet", "data": "digits", "rows": 1297}


def run(quick: bool) -> dict:
    """Share of zeros in percent, over the ReLUs of LeNet, before and after training."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {arm: gather(trials(measure, seeds, norm=arm, **DIGITS)) for arm in ARMS}


def gather(found: list[dict]) -> dict:
    """Summary over seeds of the mean over layers, then layer by layer."""
    return {
        time: {
            "all": summary([sum(one[time]) / len(one[time]) for one in found]),
            "layers": [summary(layer) for layer in zip(*(one[time] for one in found), strict=True)],
        }
        for time in ("start", "end")
    }


def measure(seed: int, norm: str, **setting: Any) -> dict[str, list[float]]:
    """Share of zeros in percent after each ReLU of one network."""
    model, images = start(seed, norm, **setting)
    x, _ = images_and_labels(images.head(0))
    at_start = zeros(model, x)
    train(model, images, seed, epochs=10, lr=1e-3, optimizer="adam")
    return {"start": at_start, "end": zeros(model, x)}


@torch.no_grad()
def zeros(model: nn.Module, x: Tensor) -> list[float]:
    """Share of zeros in percent after each ReLU, x being one training batch."""
    shares: list[float] = []
    model = copy.deepcopy(model).train()
    for layer in model.modules():
        if isinstance(layer, nn.ReLU):
            layer.register_forward_hook(
                lambda _, __, y: shares.append(100 * (y == 0).double().mean().item())
            )
    model(x)
    return shares
