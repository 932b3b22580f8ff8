"""Which order is more accurate when each has its own rate, and what of a further network?

The networks, the budget and the rules of the verdicts are in `protocol.md`.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from bnlab.kit.nets.data import Dataset
from bnlab.kit.nets.models import convnet, lenet, mlp
from bnlab.kit.nets.train import fit
from book.experiments._shared.analysis import comparison, holm, summary
from book.experiments._shared.meta import crossed_interval, equivalent, random_effects
from book.experiments._shared.residual import resnet
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.trials import trials
from book.experiments._shared.tuning import tuned

SEEDS = range(20)
TUNING_SEEDS = range(100, 103)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
ARMS = ("none", "before", "after")
MARGIN = 0.2  # points
TRAINED, VALIDATION = 5000, 2000
PLAIN = {"epochs": 4, "batch_size": 64}
NINE = ((16,), (16,) * 4, (16,) * 4)
NETWORKS = {
    "mlp": (functools.partial(mlp, (784, 100, 100, 100, 10)), 28),
    "lenet": (lenet, 28),
    "three": (convnet, 14),
    "nine": (functools.partial(convnet, stages=NINE), 14),
    "residual": (resnet, 14),
}
PAIRS = (("before", "after"), ("none", "before"), ("none", "after"))


def to_zero(done: float) -> float:
    """Factor on the learning rate that falls in a straight line from 1 to 0."""
    return 1 - done


def run(quick: bool) -> dict:
    """Rows of the networks, with each arm at its own rate, and what they say together."""
    places = [(net, data) for data in ("mnist", "fashion") for net in NETWORKS]
    if quick:
        places = [("mlp", "digits"), ("three", "digits")]
    rows = {f"{net}_{data}": row(net, data, quick) for net, data in places}
    return {"rows": rows, "together": {name: together(rows, name) for name in _names(PAIRS)}}


def row(net: str, data: str, quick: bool) -> dict[str, Any]:
    """Rates, accuracies and paired differences of one network on one data set."""
    arms = (*ARMS, "preact") if net == "residual" else ARMS
    seeds, tuning, rates = (SEEDS[:3], TUNING_SEEDS[:1], RATES[3:5]) if quick else (
        SEEDS, TUNING_SEEDS, RATES
    )  # fmt: skip
    setting: dict[str, Any] = {"net": net, "data": data}
    if quick:
        setting |= {"trained_on": 640}
    chosen = {
        arm: tuned(functools.partial(_validated, tuning, arm, setting), rates, widen=not quick)
        for arm in arms
    }
    found = {arm: trials(measure, seeds, norm=arm, lr=chosen[arm].rate, **setting) for arm in arms}
    correct = {arm: _correct(runs) for arm, runs in found.items()}
    accuracy = {arm: 100 * each.mean(axis=1) for arm, each in correct.items()}
    results: dict[str, Any] = {
        arm: summary(accuracy[arm])
        | {"rate": chosen[arm].rate, "validation": chosen[arm].accuracies}
        for arm in arms
    }
    for first, second in combinations(arms, 2):
        difference = 100 * (correct[second].astype(float) - correct[first])
        results[f"{second}_minus_{first}"] = (
            comparison(accuracy[first], accuracy[second])
            | {"correlation": float(np.corrcoef(accuracy[first], accuracy[second])[0, 1])}
            | {"total": crossed_interval(difference)}
        )
    return results


def together(rows: dict[str, dict], name: str) -> dict[str, Any]:
    """Corrected p-values of the rows, the pooled effect and the interval of a further network."""
    totals = [each[name]["total"] for each in rows.values()]
    corrected = holm([each["p"] for each in totals])
    pooled = random_effects([t["mean"] for t in totals], [t["error"] for t in totals])
    shown = [p < 0.05 for p in corrected]
    return {
        "holm": dict(zip(rows, corrected, strict=True)),
        "positive": sum(s and t["mean"] > 0 for s, t in zip(shown, totals, strict=True)),
        "negative": sum(s and t["mean"] < 0 for s, t in zip(shown, totals, strict=True)),
        "count": len(rows),
        "pooled": pooled,
        "verdict": _verdict(pooled),
        "one_sign": bool(pooled["next_low"] > 0 or pooled["next_high"] < 0),
    }


def _verdict(pooled: dict[str, Any]) -> str:
    if equivalent(pooled, MARGIN):
        return "absent"
    return "shown" if pooled["low"] > 0 or pooled["high"] < 0 else "undecided"


def _names(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{second}_minus_{first}" for first, second in pairs]


def _validated(tuning: range, norm: str, setting: dict, lr: float) -> float:
    """Mean validation accuracy in percent over the tuning seeds."""
    runs = trials(measure, tuning, norm=norm, lr=lr, validate=True, **setting)
    return float(100 * _correct(runs).mean())


def _correct(runs: list[dict]) -> np.ndarray:
    """(seeds, images), True where the image was recognized."""
    rows = [np.unpackbits(np.frombuffer(bytes.fromhex(r["correct"]), np.uint8)) for r in runs]
    return np.stack([row[: r["images"]] for row, r in zip(rows, runs, strict=True)]).astype(bool)


def measure(
    seed: int,
    norm: str,
    *,
    net: str,
    data: str,
    lr: float,
    validate: bool = False,
    trained_on: int = TRAINED,
) -> dict[str, Any]:
    """Which test images, or validation images, one training recognizes: one bit per image."""
    make, side = NETWORKS[net]
    images = _split(DATA[data](), seed, validate, trained_on)
    if data == "digits":
        side, make = 8, functools.partial(mlp, (64, 100, 100, 10)) if net == "mlp" else make
    model = make(norm=norm, seed=seed)
    scale(model, HE)
    smaller = replace(images, **{k: _resized(getattr(images, k), side) for k in _ARRAYS})
    few = replace(smaller, test_x=smaller.test_x[:1], test_y=smaller.test_y[:1])
    fit(model, few, lr=lr, seed=seed, schedule=to_zero, device="cpu", progress=False, **PLAIN)
    correct = _recognized(model, smaller)
    return {"images": len(correct), "correct": np.packbits(correct).tobytes().hex()}


_ARRAYS = ("train_x", "test_x")


def _split(images: Dataset, seed: int, validate: bool, trained_on: int) -> Dataset:
    """A draw of training images, beside the test images or the validation images.

    The validation images are the last of the training set, and are never trained on.
    """
    held = min(VALIDATION, len(images.train_x) // 4)
    pool = len(images.train_x) - held
    drawn = np.random.default_rng(seed).permutation(pool)[:trained_on]
    judged = {"test_x": images.train_x[pool:], "test_y": images.train_y[pool:]} if validate else {}
    return replace(images, train_x=images.train_x[drawn], train_y=images.train_y[drawn], **judged)


def _resized(x: np.ndarray, side: int) -> np.ndarray:
    if x.shape[-1] == side:
        return x
    return F.avg_pool2d(torch.as_tensor(x), x.shape[-1] // side).numpy()


@torch.no_grad()
def _recognized(model: nn.Module, images: Dataset) -> np.ndarray:
    model.eval()
    x, y = torch.as_tensor(images.test_x), torch.as_tensor(images.test_y)
    return torch.cat([model(part) for part in x.split(1000)]).argmax(1).eq(y).numpy()
