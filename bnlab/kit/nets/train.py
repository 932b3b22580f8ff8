"""The one training loop of the course, and the accuracy it is judged by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from .data import Dataset, batches
from .devices import device as choose_device


@dataclass(frozen=True)
class History:
    """The course of a training run, one value per epoch.

    Attributes:
        loss: mean cross-entropy over the training batches, as the weights moved.
        accuracy: on the test set after the epoch, in evaluation mode, 0 to 1.
        seconds: spent on training, without the test.
    """

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    seconds: tuple[float, ...]


def fit(
    model: nn.Module,
    data: Dataset,
    epochs: int = 5,
    lr: float = 0.05,
    *,
    batch_size: int = 64,
    optimizer: str = "sgd",
    momentum: float = 0.9,
    schedule: Callable[[float], float] | None = None,
    on_step: Callable[[int, nn.Module], None] | None = None,
    seed: int = 0,
    device: str | torch.device | None = None,
    progress: bool = True,
) -> History:
    """Train `model` in place with cross-entropy; return its history.

    The same seed gives the same batches in the same order, and on one CPU thread the same bits.
    An incomplete last batch is left out. A model in training mode keeps the mode of its parts, so
    that frozen layers stay frozen; a model in evaluation mode is set to training mode.

    Args:
        model: from a batch of inputs to (N, classes) logits.
        data: training and test set.
        epochs: passes over the training set.
        lr: learning rate.
        batch_size: rows per step.
        optimizer: "sgd" or "adam".
        momentum: of SGD's velocity; 0 is plain SGD. Not the momentum of batch norm.
        schedule: from the fraction of training done, in [0, 1), to a factor on lr;
            `lambda done: 1 - done` decays toward zero.
        on_step: called after each step with the number of steps done and the model.
        seed: of the batches and of torch's global generator.
        device: None means `device()`.
        progress: show a progress bar.

    Returns:
        History of the epochs.

    Raises:
        ValueError: optimizer is unknown, or the training set is smaller than one batch.

    >>> from .data import digits
    >>> from .models import mlp
    >>> history = fit(mlp(norm="before"), digits(), epochs=2, device="cpu", progress=False)
    >>> history.accuracy[-1] > 0.9
    True
    """
    rows = len(data.train_x)
    if rows < batch_size:
        raise ValueError(f"fit: training set is {rows} rows, expected at least {batch_size}.")
    device = choose_device() if device is None else torch.device(device)
    model.to(device)
    if not model.training:
        model.train()
    x, y = (torch.as_tensor(array, device=device) for array in (data.train_x, data.train_y))
    optimize = _optimizer(optimizer, model, lr, momentum)
    steps = rows // batch_size
    done = 0
    torch.manual_seed(seed)

    losses, accuracies, seconds = [], [], []
    with tqdm(total=epochs * steps, unit="step", disable=not progress, leave=False) as bar:
        for epoch in range(epochs):
            start = time.perf_counter()
            total = torch.zeros((), device=device)
            for xb, yb in batches(x, y, batch_size, seed=(seed, epoch), drop_last=True):
                if schedule is not None:
                    _set_lr(optimize, lr * schedule(done / (epochs * steps)))
                total += _step(model, optimize, xb, yb)
                done += 1
                bar.update()
                if on_step is not None:
                    on_step(done, model)
            losses.append(total.item() / steps)
            seconds.append(time.perf_counter() - start)
            accuracies.append(accuracy(model, data.test_x, data.test_y))
            bar.set_postfix(loss=f"{losses[-1]:.4f}", accuracy=f"{accuracies[-1]:.4f}")
    return History(tuple(losses), tuple(accuracies), tuple(seconds))


def accuracy(model: nn.Module, x: np.ndarray, y: np.ndarray, batch_size: int = 1000) -> float:
    """Return the fraction of rows whose largest logit is at the label, in evaluation mode.

    Args:
        model: from a batch of inputs to (N, classes) logits; its modes are as before on return.
        x: (N, ...), floating, array or tensor.
        y: (N,), integer, array or tensor.
        batch_size: rows per forward pass; changes memory, not the result.

    Returns:
        Between 0 and 1.

    >>> accuracy(nn.Identity(), np.eye(4, dtype=np.float32), np.array([0, 1, 2, 0]))
    0.75
    """
    parameter = next(model.parameters(), None)
    device = None if parameter is None else parameter.device
    x, y = (torch.as_tensor(array, device=device) for array in (x, y))
    with torch.no_grad(), _evaluating(model):
        predicted = [model(chunk).argmax(1) for chunk in x.split(batch_size)]
    return (torch.cat(predicted) == y).double().mean().item()


def _optimizer(name: str, model: nn.Module, lr: float, momentum: float) -> torch.optim.Optimizer:
    if name == "sgd":
        return torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    if name == "adam":
        return torch.optim.Adam(model.parameters(), lr=lr)
    raise ValueError(f"fit: optimizer is {name!r}, expected 'sgd' or 'adam'.")


def _set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = lr


def _step(
    model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor
) -> torch.Tensor:
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    before = {name: each.training for name, each in model.named_modules()}
    model.eval()
    try:
        yield
    finally:
        for name, training in before.items():
            model.get_submodule(name).training = training
