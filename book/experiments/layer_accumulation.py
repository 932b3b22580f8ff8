"""How far is the gradient gathered over micro-batches from that of the whole batch?"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
BATCH = 64
PARTS = (2, 4, 8, 16, 32)
NORMS: dict[str, tuple[str, Callable[[int], nn.Module] | None]] = {
    "none": ("none", None),
    "batch": ("before", nn.BatchNorm1d),
    "layer": ("before", nn.LayerNorm),
}


def run(quick: bool) -> dict:
    """Cosine and relative distance to the gradient of the whole batch, by norm and by parts."""
    seeds = SEEDS[:2] if quick else SEEDS
    return {norm: gather(trials(measure, seeds, norm=norm)) for norm in NORMS}


def gather(found: list[dict]) -> dict:
    """Summaries over seeds."""
    return {
        parts: {name: summary([one[parts][name] for one in found]) for name in cell}
        for parts, cell in found[0].items()
    }


def measure(seed: int, norm: str) -> dict[str, dict[str, float]]:
    """Cosine and relative distance of the gradients of one network before its training."""
    order, make_norm = NORMS[norm]
    images = digits()
    rows = torch.randperm(len(images.train_y), generator=torch.Generator().manual_seed(seed))
    x = torch.as_tensor(images.train_x).double()[rows[:BATCH]]
    y = torch.as_tensor(images.train_y)[rows[:BATCH]]
    model = mlp(norm=order, make_norm=make_norm, seed=seed).double()
    whole = gradient(model, x, y, 1)
    gathered = {f"parts{parts}": gradient(model, x, y, parts) for parts in PARTS}
    return {
        name: {
            "cosine": cosine_similarity(part, whole, dim=0).item(),
            "distance": ((part - whole).norm() / whole.norm()).item(),
        }
        for name, part in gathered.items()
    }


def gradient(model: nn.Module, x: Tensor, y: Tensor, parts: int) -> Tensor:
    """Gradient of the mean loss in one long row, added up over equal parts of the batch."""
    model.zero_grad()
    for xs, ys in zip(x.chunk(parts), y.chunk(parts), strict=True):
        (cross_entropy(model(xs), ys) / parts).backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters()])
