"""Does the order matter in residual networks of 20 and 56 layers, trained on 50,000 images?

The networks, the budget and the rules of the verdicts are in `protocol.md`. It needs a GPU, and
stops before the row that would not end within nine minutes, or within `BNLAB_SECONDS`.
"""

from __future__ import annotations

import functools
import json
import os
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from book.experiments._shared.analysis import comparison, holm, summary
from book.experiments._shared.meta import crossed_interval, equivalent
from book.experiments._shared.residual import ORDERS, resnet
from book.experiments._shared.side_by_side import Recipe, fit_together
from book.experiments._shared.training import DATA, HE, scale
from book.experiments._shared.tuning import tuned

SEEDS = range(10)
TUNING_SEEDS = range(100, 102)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
MARGIN = 0.2  # points
TRAINED, VALIDATION = 50_000, 2000
ROWS = (("fashion", 3), ("mnist", 3), ("fashion", 9))  # data, blocks in each of three stages
SIDE_BY_SIDE = 14
PAIRS = (("before", "after"), ("before", "preact"), ("none", "before"), ("none", "after"))
SMALL = Path(__file__).parent / "results" / "placement_networks.json"


def device_name() -> str:
    """Of the GPU, or "cpu"."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def run(quick: bool) -> dict:
    """Accuracies and paired differences of each row that was reached, and the verdicts."""
    limit = time.monotonic() + float(os.environ.get("BNLAB_SECONDS", "540"))
    if not quick and not torch.cuda.is_available():
        raise RuntimeError("placement_large: needs a GPU; --quick runs a small form anywhere.")
    rows: dict[str, dict] = {}
    longest = 0.0
    for data, blocks in (("digits", 1),) if quick else ROWS:
        started = time.monotonic()
        if started + longest > limit:
            break
        try:
            rows[f"{data}_{6 * blocks + 2}"] = row(data, blocks, quick, limit)
        except TimeoutError:
            break
        longest = max(longest, time.monotonic() - started)
    return {
        "rows": rows,
        "left_out": len(ROWS) - len(rows),
        "verdicts": {f"{b}_minus_{a}": verdicts(rows, f"{b}_minus_{a}") for a, b in PAIRS},
        "predicted": predicted(rows),
    }


def row(data: str, blocks: int, quick: bool, limit: float) -> dict[str, Any]:
    """Rates, accuracies in percent and paired differences of one network on one data set."""
    seeds, tuning, rates = (SEEDS[:3], TUNING_SEEDS[:1], RATES[3:5]) if quick else (
        SEEDS, TUNING_SEEDS, RATES
    )  # fmt: skip
    images = Images(data, 640 if quick else TRAINED)
    train = functools.partial(correct, images, blocks, limit)
    correct_of, results = {}, {}
    for norm in ORDERS:
        grid = train(norm, [(seed, rate) for rate in rates for seed in tuning], validate=True)
        validated = dict(zip(rates, grid.reshape(len(rates), -1).mean(axis=1), strict=True))

        def judge(lr: float, norm: str = norm, known: dict = validated) -> float:
            if lr not in known:
                known[lr] = train(norm, [(seed, lr) for seed in tuning], validate=True).mean()
            return float(100 * known[lr])

        chosen = tuned(judge, rates, widen=not quick)
        correct_of[norm] = train(norm, [(seed, chosen.rate) for seed in seeds])
        accuracy = 100 * correct_of[norm].mean(axis=1)
        results[norm] = summary(accuracy) | {
            "rate": chosen.rate, "validation": chosen.accuracies,
        }  # fmt: skip
    for first, second in combinations(ORDERS, 2):
        difference = 100 * (correct_of[second].astype(float) - correct_of[first])
        results[f"{second}_minus_{first}"] = comparison(
            *(100 * correct_of[norm].mean(axis=1) for norm in (first, second))
        ) | {"total": crossed_interval(difference)}
    return results


def verdicts(rows: dict[str, dict], name: str) -> dict[str, str]:
    """Of each row: shown, absent or undecided, with p-values corrected for the rows."""
    totals = {key: each[name]["total"] for key, each in rows.items()}
    corrected = dict(zip(totals, holm([t["p"] for t in totals.values()]), strict=True))
    return {
        key: "absent" if equivalent(total, MARGIN)
        else "shown" if corrected[key] < 0.05 else "undecided"
        for key, total in totals.items()
    }  # fmt: skip


def predicted(rows: dict[str, dict]) -> dict[str, bool]:
    """Whether after minus before lies in the interval that the small networks predicted."""
    small = json.loads(SMALL.read_text("utf8"))["results"]["together"]["after_minus_before"]
    low, high = small["pooled"]["next_low"], small["pooled"]["next_high"]
    return {
        key: bool(low <= each["after_minus_before"]["total"]["mean"] <= high)
        for key, each in rows.items()
    }


class Images:
    """Images of a data set on the device; the last training images only validate."""

    def __init__(self, data: str, trained: int) -> None:
        images = DATA[data]()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        held = min(VALIDATION, len(images.train_x) // 4)
        self.pool, self.trained = len(images.train_x) - held, trained
        self.x = torch.as_tensor(images.train_x).to(device)
        self.y = torch.as_tensor(images.train_y).to(device)
        self.test_x = torch.as_tensor(images.test_x).to(device)
        self.test_y = torch.as_tensor(images.test_y).to(device)

    def order(self, seed: int, recipe: Recipe) -> Tensor:
        """The rows of all batches of a seed: its draw of training images, shuffled each epoch."""
        draw = np.random.default_rng(seed)
        rows = draw.permutation(self.pool)[: self.trained]
        whole = len(rows) // recipe.batch_size * recipe.batch_size
        epochs = [draw.permutation(rows)[:whole] for _ in range(recipe.epochs)]
        return torch.as_tensor(np.concatenate(epochs))

    def judged(self, validate: bool) -> tuple[Tensor, Tensor]:
        """Validation images, or test images, with their labels."""
        return (self.x[self.pool :], self.y[self.pool :]) if validate else (
            self.test_x, self.test_y
        )  # fmt: skip


def correct(
    images: Images,
    blocks: int,
    limit: float,
    norm: str,
    runs: list[tuple[int, float]],
    validate: bool = False,
) -> np.ndarray:
    """Which images each training recognizes: (runs, images), bool.

    Args:
        images: to train on and to judge by.
        blocks: in each of three stages.
        limit: of `time.monotonic()`.
        norm: one of `ORDERS`.
        runs: seed and learning rate of each.
        validate: judge by the validation images.

    Raises:
        TimeoutError: the limit has passed.
    """
    recipe = Recipe(batch_size=64, epochs=1) if images.trained < TRAINED else Recipe()
    x, y = images.judged(validate)
    found = []
    for start in range(0, len(runs), SIDE_BY_SIDE):
        if time.monotonic() > limit:
            raise TimeoutError
        part = runs[start : start + SIDE_BY_SIDE]
        models = [network(norm, seed, blocks).to(images.x.device) for seed, _ in part]
        orders = [images.order(seed, recipe) for seed, _ in part]
        fit_together(models, images.x, images.y, orders, [rate for _, rate in part], recipe)
        found += [recognized(model, x, y) for model in models]
    return np.stack(found)


def network(norm: str, seed: int, blocks: int) -> nn.Module:
    """A residual network with He's weights, 16 channels and three stages."""
    model = resnet(norm, seed, stages=(blocks,) * 3)
    scale(model, HE)
    return model.train()


@torch.no_grad()
def recognized(model: nn.Module, x: Tensor, y: Tensor) -> np.ndarray:
    """(images,), True where the largest output is that of the label; False where it is NaN."""
    model.eval()
    outputs = torch.cat([model(part) for part in x.split(1000)])
    return (outputs.argmax(1).eq(y) & outputs.isfinite().all(1)).cpu().numpy()
