"""Is the loss smoother along a step with batch norm when each network has its own rate?

At every step of a training the loss is also looked at further along the gradient, on the same
batch: how far it rises above where it is, and by how much the gradient there differs.
The arms, the grid and the rule of the verdict are in `protocol.md`.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import batches
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy
from book.experiments._shared.analysis import summary
from book.experiments._shared.training import DATA
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split
from book.experiments.why_drift import he_weights

SEEDS = range(10)
ARMS = ("none", "before")
NETS = {"shallow": (5, True), "deep": (10, True), "default": (5, False)}  # depth, He's weights
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
REACH = (0.5, 1.0, 2.0, 4.0)  # steps along the gradient, in units of the learning rate
EPOCHS = 5  # of 20 steps


def run(quick: bool) -> dict:
    """Largest rise of the loss and change of the gradient, by network and arm."""
    seeds, nets, epochs = (SEEDS[:2], ["shallow"], 1) if quick else (SEEDS, NETS, EPOCHS)
    results: dict = {}
    for net in nets:
        results[net] = {}
        for arm in ARMS:
            chosen, rows = at_best_rate(
                measure, seeds, RATES, quick, net=net, arm=arm, epochs=epochs
            )
            results[net][arm] = {name: summary([one[name] for one in rows]) for name in rows[0]}
            results[net][arm] |= {"rate": chosen.rate, "validation": chosen.accuracies}
        changes = {arm: results[net][arm]["turn"] for arm in ARMS}
        results[net]["smoother"] = bool(changes["before"]["high"] < changes["none"]["low"])
    return results


def measure(
    seed: int, net: str, arm: str, epochs: int, lr: float, validate: bool = False
) -> dict[str, float]:
    """Accuracy after one training by plain gradient descent; medians over its steps."""
    depth, he = NETS[net]
    model = mlp((64, *[100] * depth, 10), arm, seed=seed).double()
    if he:
        he_weights(model, seed)
    images = split(DATA["digits"](), seed, validate)
    x, y = torch.as_tensor(images.train_x).double(), torch.as_tensor(images.train_y)
    rises, turns, loss = [], [], torch.tensor(0.0)
    for epoch in range(epochs):
        for batch in batches(x, y, 50, seed=(seed, epoch), drop_last=True):
            loss, slope = slope_at(model, *batch)
            if not validate:
                further = [slope_at(moved(model, slope, r * lr), *batch) for r in REACH]
                rises.append(max(value - loss for value, _ in further))
                turns.append(max((other - slope).norm() / slope.norm() for _, other in further))
            move(model, slope, lr)
    results = {"accuracy": 100 * accuracy(model, images.test_x.astype("float64"), images.test_y)}
    if not validate:
        results |= {
            "rise": torch.stack(rises).median().item(),
            "turn": torch.stack(turns).median().item(),
            "loss": loss.item(),
        }
    return results


def slope_at(model: nn.Module, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Loss of a batch in training mode, and its gradient in one row."""
    loss = cross_entropy(model(x), y)
    parts = torch.autograd.grad(loss, list(model.parameters()))
    return loss.detach(), torch.cat([part.flatten() for part in parts])


def moved(model: nn.Module, slope: Tensor, length: float) -> nn.Module:
    """A copy of the model, some way down the gradient."""
    copied = copy.deepcopy(model)
    move(copied, slope, length)
    return copied


@torch.no_grad()
def move(model: nn.Module, slope: Tensor, length: float) -> None:
    """Go down the gradient in place."""
    parameters = list(model.parameters())
    sizes = [parameter.numel() for parameter in parameters]
    for parameter, part in zip(parameters, slope.split(sizes), strict=True):
        parameter -= length * part.view_as(parameter)
