"""Several copies of a small network, trained side by side on one GPU.

A small network leaves most of a GPU idle, and its launch takes longer than its arithmetic. So all
trainings take their step in one CUDA graph, each on a stream of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from tqdm import tqdm

WARM_UP = 3  # steps before a capture, as the notes on CUDA graphs ask for


@dataclass(frozen=True)
class Recipe:
    """Gradient descent with momentum and weight decay; the rate falls to 0 in a straight line."""

    batch_size: int = 128
    epochs: int = 4
    momentum: float = 0.9
    decay: float = 5e-4


def fit_together(
    models: Sequence[nn.Module],
    x: Tensor,
    y: Tensor,
    orders: Sequence[Tensor],
    rates: Sequence[float],
    recipe: Recipe,
) -> None:
    """Train each model in place, on the device of `x`.

    Args:
        models: of one architecture, on that device, in training mode.
        x: (N, ...) inputs of all models.
        y: (N,) labels, int64.
        orders: for each model, the rows that it sees, one after the other: (steps * batch size,).
        rates: first learning rate of each model.
        recipe: the same for all.
    """
    steps = len(orders[0]) // recipe.batch_size
    order = torch.stack(list(orders)).to(x.device).view(len(models), steps, recipe.batch_size)
    first = torch.tensor(rates, device=x.device)
    rows, rate = order[:, 0].clone(), first.clone()
    runs = [_Run(*each, x, y, recipe) for each in zip(models, rows, rate, strict=True)]
    step = _captured(runs) if x.is_cuda else _eager(runs)
    for done in tqdm(range(steps), desc=f"{len(runs)} networks", disable=None, leave=False):
        rows.copy_(order[:, done])
        rate.copy_(first * (1 - done / steps))
        step()


class _Run:
    """One training. `rows` (batch size,) and `rate` () are those of the next step."""

    def __init__(
        self, model: nn.Module, rows: Tensor, rate: Tensor, x: Tensor, y: Tensor, recipe: Recipe
    ) -> None:
        self.model, self.rows, self.x, self.y = model, rows, x, y
        self.optimizer = torch.optim.SGD(
            model.parameters(),
            lr=rate,
            momentum=recipe.momentum,
            weight_decay=recipe.decay,
            fused=True,
        )

    def step(self) -> None:
        loss = cross_entropy(self.model(self.x[self.rows]), self.y[self.rows])
        loss.backward()
        self.optimizer.step()


def _eager(runs: list[_Run]) -> Callable[[], None]:
    def step() -> None:
        for run in runs:
            run.optimizer.zero_grad(set_to_none=True)
            run.step()

    return step


def _captured(runs: list[_Run]) -> Callable[[], None]:
    """One graph of a step of every run. The networks are as before on return."""
    streams = [torch.cuda.Stream() for _ in runs]
    for run, stream in zip(runs, streams, strict=True):
        before = {key: value.clone() for key, value in run.model.state_dict().items()}
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP):
                run.optimizer.zero_grad(set_to_none=True)
                run.step()
        torch.cuda.current_stream().wait_stream(stream)
        run.model.load_state_dict(before)
        for state in run.optimizer.state.values():
            state["momentum_buffer"].zero_()
        run.optimizer.zero_grad(set_to_none=True)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        main = torch.cuda.current_stream()
        for run, stream in zip(runs, streams, strict=True):
            stream.wait_stream(main)
            with torch.cuda.stream(stream):
                run.step()
            main.wait_stream(stream)
    return graph.replay
