"""The map of learning rates says what was measured."""

from __future__ import annotations

import pytest

from book import results
from tests.helpers.interactive import numbers, says


def test_map_of_learning_rates_says_what_was_measured(shown):
    tab = shown("rates")
    found = results.record("training_rate")["results"]
    board = tab.get_by_role("application")
    for _ in found["rates"]:
        board.press("ArrowLeft")
    for row, (arm, cells) in enumerate(found["arms"].items()):
        for rate, cell in zip(found["rates"], cells, strict=True):
            others_at_rate = [
                others[found["rates"].index(rate)] for others in found["arms"].values()
            ]
            del others_at_rate[row]
            best = max(range(len(cells)), key=lambda place: cells[place]["mean"])
            wanted = [rate, *(cell[key] for key in ("mean", "low", "high"))]
            wanted += [other["mean"] for other in others_at_rate]
            wanted += [found["rates"][best], cells[best]["mean"]]
            assert says(tab).startswith(f"Batch norm: {arm},")
            assert numbers(says(tab)) == pytest.approx(wanted, abs=0.06)
            board.press("ArrowRight")
        for _ in found["rates"]:
            board.press("ArrowLeft")
        board.press("ArrowDown")
