"""The measured data of the interactive figures, ready to be written into a page."""

from __future__ import annotations

import json
from typing import Any

from scipy import stats

from book import results

# Networks of the placement experiment among which a reader can choose.
SETTINGS = {
    "nine_fashion": "9 convolutions, Fashion-MNIST",
    "lenet_fashion": "LeNet, Fashion-MNIST",
    "lenet_mnist": "LeNet, MNIST",
    "three_mnist": "3 convolutions, MNIST",
    "nine_mnist": "9 convolutions, MNIST",
}


def seeds(found: dict[str, Any]) -> dict[str, Any]:
    """Accuracy of after minus before, seed by seed, and the quantiles of their intervals."""
    rows = {name: found["rows"][name]["after_minus_before"]["values"] for name in SETTINGS}
    differences = {name: [round(each, 4) for each in values] for name, values in rows.items()}
    longest = max(len(values) for values in differences.values())
    quantiles = [round(float(stats.t.ppf(0.975, df)), 4) for df in range(1, longest)]
    return {"names": SETTINGS, "differences": differences, "t": quantiles}


def company(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The images, and their answers in each company."""
    return found["images"]


def rates(found: dict[str, Any]) -> dict[str, Any]:
    """The learning rates, and for each arm the accuracy at each of them."""
    keys = ("mean", "low", "high", "n")
    arms = {
        name: [{key: round(cell[key], 2) for key in keys if key in cell} for cell in cells]
        for name, cells in found["arms"].items()
    }
    return {"rates": found["rates"], "arms": arms}


# Per figure: the claim whose results it shows, and what it needs of them.
SHOWN = {
    "seeds": ("placement_networks", seeds),
    "company": ("inference_company", company),
    "rates": ("training_rate", rates),
}


def shown(name: str) -> str:
    """JSON of what a figure shows, safe inside a script element.

    Raises:
        ValueError: it was not measured, or not in this form.
    """
    claim, choose = SHOWN[name]
    found = results.record(claim)["results"]
    try:
        text = json.dumps(choose(found), separators=(",", ":"))
    except KeyError as missing:
        known = ", ".join(found)
        message = f"interactive-figure: {claim} has {known}, expected {missing} too."
        raise ValueError(message) from missing
    return text.replace("</", "<\\/")
