"""The learning rate of an arm: the best of a grid, and never at its edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from book.experiments._shared.trials import in_parallel, trials

TUNING_SEEDS = range(100, 102)
STEPS = (1.0, 3.0)  # a grid has two rates in each decade
LIMITS = (1e-7, 1e3)


@dataclass(frozen=True)
class Tuned:
    """The rate that was chosen, and the validation accuracy at each rate that was tried."""

    rate: float
    accuracies: dict[str, float]


def tuned(judge: Callable[..., float], rates: Sequence[float], widen: bool = True) -> Tuned:
    """The rate with the best validation accuracy, the smaller one of equal rates.

    Args:
        judge: called with `lr=`; the validation accuracy at that rate.
        rates: the grid, ascending.
        widen: try a further rate beside an edge for as long as the best rate is at the edge.

    >>> tuned(lambda lr: -abs(lr - 0.003), (0.01, 0.03)).rate
    0.003
    >>> tuned(lambda lr: 1.0, (0.01, 0.03), widen=False).rate
    0.01
    """
    found = {rate: judge(lr=rate) for rate in rates}
    while True:
        order = sorted(found)
        best = max(order, key=found.__getitem__)
        if not widen or best not in (order[0], order[-1]):
            break
        further = neighbor(best, up=best == order[-1])
        if not LIMITS[0] <= further <= LIMITS[1]:
            break
        found[further] = judge(lr=further)
    return Tuned(best, {f"{rate:g}": found[rate] for rate in order})


def at_best_rate(
    measure: Callable[..., dict], seeds: range, rates: Sequence[float], quick: bool, **setting: Any
) -> tuple[Tuned, list[dict]]:
    """The rate of an arm, chosen with other seeds on validation images, and the trials at it.

    Args:
        measure: takes `lr`, and `validate` to judge by validation images; returns `accuracy`.
        seeds: of the trials.
        rates: the grid, ascending.
        quick: two rates and one seed.
        setting: of the arm, passed to `measure`.
    """
    tuning, grid = (TUNING_SEEDS[:1], rates[3:5]) if quick else (TUNING_SEEDS, rates)

    def judge(lr: float) -> float:
        runs = trials(measure, tuning, lr=lr, validate=True, **setting)
        return float(np.mean([one["accuracy"] for one in runs]))

    settings = [{"lr": lr, "validate": True, **setting} for lr in grid]
    in_parallel(measure, [(seed, each) for each in settings for seed in tuning])
    chosen = tuned(judge, grid, widen=not quick)
    return chosen, trials(measure, seeds, lr=chosen.rate, **setting)


def neighbor(rate: float, up: bool) -> float:
    """Next rate of the grid 0.001, 0.003, 0.01, ...

    >>> neighbor(0.003, up=True), neighbor(0.01, up=False), neighbor(1.0, up=True)
    (0.01, 0.003, 3.0)
    """
    exponent = -9
    grid = [step * 10.0**e for e in range(exponent, 5) for step in STEPS]
    place = min(range(len(grid)), key=lambda n: abs(grid[n] / rate - 1))
    return float(f"{grid[place + (1 if up else -1)]:g}")
