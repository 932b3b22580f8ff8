"""Can the outputs of a batch norm tell which row was normalized with which others?

The rows are random and have nothing to do with each other. Of a group of eight, seven outputs are
given; which of sixteen further outputs, one from the same group, is the eighth? The guess is the
candidate that brings the sum of the eight nearest to 0. Nothing is trained.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from book.experiments._shared.analysis import summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
GROUPS, ROWS, CHANNELS, DRAWS = 16, 8, 64, 100


def run(quick: bool) -> dict:
    """Right guesses in percent, by what the rows were normalized with."""
    found = trials(measure, SEEDS[:2] if quick else SEEDS, draws=5 if quick else DRAWS)
    results = {way: summary([one[way] for one in found]) for way in found[0]}
    return results | {"chance": 100 / GROUPS, "rows": ROWS, "candidates": GROUPS}


def measure(seed: int, draws: int) -> dict[str, float]:
    """Share of right guesses in percent for batch norm per group, over all rows, and layer norm."""
    draw = torch.Generator().manual_seed(seed)
    norm, layer = nn.BatchNorm1d(CHANNELS), nn.LayerNorm(CHANNELS)
    right = {"apart": 0, "together": 0, "layer": 0}
    with torch.no_grad():
        for _ in range(draws):
            x = torch.randn(GROUPS, ROWS, CHANNELS, generator=draw)
            outputs = {
                "apart": torch.stack([norm(group) for group in x]),
                "together": norm(x.flatten(0, 1)).view_as(x),
                "layer": layer(x),
            }
            for way, y in outputs.items():
                right[way] += guessed(y)
    return {way: 100 * count / (draws * GROUPS) for way, count in right.items()}


def guessed(y: Tensor) -> int:
    """Groups whose last row is recognized among the last rows of all groups.

    Args:
        y: (groups, rows, channels).
    """
    sums = y[:, :-1].sum(dim=1)
    distance = (sums[:, None] + y[None, :, -1]).square().sum(dim=2)
    return int((distance.argmin(dim=1) == torch.arange(len(y))).sum())
