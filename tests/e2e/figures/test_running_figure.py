"""Running statistics; torch's layer gets the same batches."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
import torch

from tests.helpers.interactive import numbers, says, slide


def drawn(seed: int) -> Iterator[float]:
    """The figure's normal numbers: mulberry32 and Box-Muller."""
    mask = 0xFFFFFFFF

    def uniform() -> float:
        nonlocal seed
        seed = (seed + 0x6D2B79F5) & mask
        t = (seed ^ seed >> 15) * (1 | seed) & mask
        t = (t + ((t ^ t >> 7) * (61 | t) & mask)) & mask ^ t
        return (t ^ t >> 14) / 2**32

    while True:
        yield math.sqrt(-2 * math.log(1 - uniform())) * math.cos(2 * math.pi * uniform())


@pytest.mark.parametrize(("place", "momentum"), [(0, 1.0), (3, 0.1), (6, 0.01), (8, None)], ids=str)
@pytest.mark.parametrize("moves", [False, True])
def test_running_statistics_are_those_of_torch(place, momentum, moves, shown):
    tab = shown("running")
    slide(tab, "momentum", place)
    slide(tab, "values per batch", 1)  # four
    tab.get_by_label("the features move").set_checked(moves)
    tab.get_by_role("slider", name="steps").press("End")
    draw = drawn(1)
    layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    for step in range(100):
        mean, sd = (6, 3) if moves and step >= 50 else (3, 2)
        layer(torch.tensor([[mean + sd * next(draw)] for _ in range(4)], dtype=torch.float64))
    start = 0 if momentum is None else 100 * (1 - momentum) ** 100
    truth = (6, 9) if moves else (3, 4)
    wanted = [100, layer.running_mean.item(), truth[0], layer.running_var.item(), truth[1], start]
    assert numbers(says(tab)) == pytest.approx(wanted, abs=0.051)


def test_new_batches_give_other_statistics(shown):
    tab = shown("running")
    first = says(tab)
    tab.get_by_role("button", name="New batches").click()
    assert says(tab) != first
