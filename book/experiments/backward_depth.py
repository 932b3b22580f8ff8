"""By which factor does batch norm enlarge the gradient per layer, before any training?

The prediction for ReLU networks is sqrt(pi / (pi - 1)), about 1.21, in the limit of wide layers and
large batches, the layers being wider than the batches are large.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from book.experiments._shared.analysis import summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
DEPTH = 50
FITTED = slice(10, 45)  # away from the input, whose rows are not yet mixed, and from the head
BATCHES = WIDTHS = (64, 256, 1024)
NORMS = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
COMPARED = (256, 1024)  # batch and width at which the norms are compared


def run(quick: bool) -> dict:
    """Growth of the gradient's length per layer towards the input, per size and norm."""
    seeds, widths = (SEEDS[:2], WIDTHS[:1]) if quick else (SEEDS, WIDTHS)
    results: dict = {"predicted": math.sqrt(math.pi / (math.pi - 1))}
    for batch in BATCHES:
        for width in widths:
            found = trials(measure, seeds, norm="batch", batch=batch, width=width)
            results[f"n{batch}_w{width}"] = summary([one["growth"] for one in found])
    batch, width = (64, 64) if quick else COMPARED
    for norm in NORMS:
        results[norm] = gather(trials(measure, seeds, norm=norm, batch=batch, width=width))
    return results


def gather(found: list[dict]) -> dict:
    """Growth per layer, first over last gradient, and the mean profile in units of the last."""
    profile = np.exp(np.mean([np.log(one["norms"]) for one in found], axis=0))
    return {
        "growth": summary([one["growth"] for one in found]),
        "total": summary([one["norms"][0] / one["norms"][-1] for one in found]),
        "profile": [round(float(value), 4) for value in profile / profile[-1]],
    }


def measure(seed: int, norm: str, batch: int, width: int) -> dict:
    """Length of the gradient in front of each ReLU of one network, and its mean growth."""
    torch.manual_seed(seed)
    h, states = torch.randn(batch, width), []
    for _ in range(DEPTH):
        weight = torch.randn(width, width) * math.sqrt(2 / width)  # He's initialization
        h = NORMS[norm](width)(h @ weight.T)
        h.requires_grad_()
        h.retain_grad()
        states.append(h)
        h = h.relu()
    (h * torch.randn(batch, width)).sum().backward()
    norms = [state.grad.norm().item() for state in states]
    slope = np.polyfit(np.arange(DEPTH)[FITTED], np.log(norms[FITTED]), 1)[0]
    return {"norms": norms, "growth": float(np.exp(-slope))}
