"""Is the loss smoother along its gradient with batch norm?

At every step of a training the loss is also looked at further along the gradient, on the same
batch: how far it rises above where it is, and by how much the gradient there differs.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import batches, digits
from bnlab.kit.nets.models import mlp
from book.experiments._shared.analysis import summary
from book.experiments._shared.trials import trials
from book.experiments.why_drift import NETS, he_weights

SEEDS = range(10)
ARMS = ("none", "before")
RATE = 0.1
REACH = (0.5, 1.0, 2.0, 4.0)  # steps along the gradient, in units of the learning rate
EPOCHS = 5  # of 20 steps


def run(quick: bool) -> dict:
    """Largest rise of the loss and change of the gradient, by network and arm."""
    seeds, epochs = (SEEDS[:2], 1) if quick else (SEEDS, EPOCHS)
    return {
        net: {arm: gather(trials(measure, seeds, net=net, arm=arm, epochs=epochs)) for arm in ARMS}
        for net in NETS
    }


def gather(found: list[dict]) -> dict:
    """Summaries over seeds of each median over steps, and how many seeds were with numbers."""
    return {name: summary([one[name] for one in found]) for name in found[0]}


def measure(seed: int, net: str, arm: str, epochs: int) -> dict[str, float]:
    """Medians over the steps of one training by plain gradient descent, and its last loss."""
    depth, he = NETS[net]
    model = mlp((64, *[100] * depth, 10), arm, seed=seed).double()
    if he:
        he_weights(model, seed)
    images = digits()
    x, y = torch.as_tensor(images.train_x).double(), torch.as_tensor(images.train_y)
    rises, turns, loss = [], [], torch.tensor(0.0)
    for epoch in range(epochs):
        for batch in batches(x, y, 64, seed=(seed, epoch), drop_last=True):
            loss, slope = slope_at(model, *batch)
            further = [slope_at(moved(model, slope, r * RATE), *batch) for r in REACH]
            rises.append(max(value - loss for value, _ in further))
            turns.append(max((other - slope).norm() / slope.norm() for _, other in further))
            move(model, slope, RATE)
    return {
        "rise": torch.stack(rises).median().item(),
        "turn": torch.stack(turns).median().item(),
        "loss": loss.item(),
    }


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
