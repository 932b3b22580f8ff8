"""How far from a good initialization may a network start, with and without batch norm?"""

from __future__ import annotations

from typing import Any

from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.training import HE, images_and_labels, percent_correct, trained
from book.experiments._shared.trials import trials

SEEDS = range(10)
ARMS = ("none", "before")
SCALES = (1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)  # of He's weights
PLAIN = {
    "net": "mlp",
    "sizes": (64, *(100,) * 5, 10),
    "data": "digits",
    "rows": 1297,
    "epochs": 15,
    "momentum": 0.0,
    "lr": 0.1,
}


def run(quick: bool) -> dict:
    """Accuracy in percent over the scales of the first weights."""
    seeds, setting = (SEEDS[:2], PLAIN | {"epochs": 1}) if quick else (SEEDS, PLAIN)
    found = {arm: trials(measure, seeds, norm=arm, **setting) for arm in ARMS}
    columns = {
        arm: list(zip(*(one["accuracy"] for one in rows), strict=True))
        for arm, rows in found.items()
    }
    return {
        "scales": SCALES,
        "arms": {arm: [summary(column) for column in columns[arm]] for arm in ARMS},
        "change": [comparison(*pair) for pair in zip(*columns.values(), strict=True)],
    }


def measure(seed: int, norm: str, **setting: Any) -> dict[str, list[float]]:
    """Test accuracy in percent for each scale."""
    found = []
    for scale in SCALES:
        model, images = trained(seed, norm, gain=HE * scale, **setting)
        x, y = images_and_labels(images)
        found.append(percent_correct(model, x, y, size=500, training=False))
    return {"accuracy": found}
