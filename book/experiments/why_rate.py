"""Is the size of a weight before batch norm a learning rate in disguise?

All weights that are followed by a batch norm start multiplied by `scale`.
The network computes the same as before; only its answer to a step changes.
"""

from __future__ import annotations

import functools

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import batches, digits
from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import summary
from book.experiments._shared.training import batch_norms, images_and_labels, percent_correct
from book.experiments._shared.trials import trials

SEEDS = range(10)
SIZES = (64, 100, 100, 10)
RATE = 0.05
EPOCHS = 20  # of 20 steps
ARMS = {
    "plain": {},
    "small": {"scale": 0.1},
    "large": {"scale": 10.0},
    "large_repaid": {"scale": 10.0, "factor": 100.0},
    "decay": {"decay": 0.01},
}


def run(quick: bool) -> dict:
    """Accuracy in percent, growth of the weights and distance to the plain run, by arm."""
    seeds = SEEDS[:2] if quick else SEEDS
    epochs = 2 if quick else EPOCHS
    found = {arm: trials(measure, seeds, arm=arm, epochs=epochs) for arm in ARMS}
    results = {
        arm: {name: summary([one[name] for one in column]) for name in column[0]}
        for arm, column in found.items()
    }
    worst = max(one["from_plain"] for one in found["large_repaid"])
    results["large_repaid"]["worst_from_plain"] = worst
    return results


def measure(seed: int, arm: str, epochs: int) -> dict[str, float]:
    """One training in double precision beside the plain one with the same seed."""
    plain, start = descend(seed, epochs)
    model, begun = descend(seed, epochs, **ARMS[arm])
    x, y = images_and_labels(digits())
    x = x.double()
    with torch.no_grad():
        difference = (model.train()(x) - plain.train()(x)).abs().max()
        largest = plain(x).abs().max()
    return {
        "accuracy": percent_correct(model, x, y, size=100, training=False),
        "growth": norm(model) / begun,
        "norm": norm(model) / start,
        "from_plain": (difference / largest).item(),
    }


@functools.cache
def descend(
    seed: int,
    epochs: int,
    scale: float = 1.0,
    factor: float = 1.0,
    decay: float = 0.0,
) -> tuple[nn.Module, float]:
    """A network after gradient descent, and the size its weights began with.

    Args:
        seed: of weights and batches.
        epochs: passes over the images.
        scale: of the initial weights in front of batch norms.
        factor: on the learning rate of these weights.
        decay: weight decay of these weights.
    """
    model = mlp(SIZES, "before", seed=seed).double()
    for layer in batch_norms(model):
        layer.eps = 1e-12  # eps is what the weights' size could still be told from
    hidden = weights(model)
    with torch.no_grad():
        for weight in hidden:
            weight *= scale
    begun = norm(model)
    others = [p for p in model.parameters() if all(p is not weight for weight in hidden)]
    groups = [{"params": hidden, "lr": factor * RATE, "weight_decay": decay}, {"params": others}]
    optimizer = torch.optim.SGD(groups, lr=RATE)
    images = digits()
    x, y = torch.as_tensor(images.train_x).double(), torch.as_tensor(images.train_y)
    for epoch in range(epochs):
        for xb, yb in batches(x, y, 64, seed=(seed, epoch), drop_last=True):
            optimizer.zero_grad()
            cross_entropy(model(xb), yb).backward()
            optimizer.step()
    return model, begun


def weights(model: nn.Module) -> list[Tensor]:
    """Weights that a batch norm follows: those of all linear layers but the last."""
    return [layer.weight for layer in model.modules() if isinstance(layer, nn.Linear)][:-1]


def norm(model: nn.Module) -> float:
    """Length of these weights as one vector."""
    return torch.cat([weight.detach().flatten() for weight in weights(model)]).norm().item()
