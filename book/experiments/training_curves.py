"""How do the curves of the tutorial's network differ: in calm, and in the loss at the end?

Nothing is trained: the curves are those of the record `training_source`.
"""

from __future__ import annotations

import numpy as np

from book import results
from book.experiments._shared.analysis import comparison, summary

FIRST = 9  # index of the first epoch that counts; before it the curves still rise


def run(quick: bool) -> dict:
    """Mean absolute change of the accuracy per epoch, in points, and the loss, by arm."""
    record = results.record("training_source")["results"]
    jumps = {arm: jump(np.array(record[arm]["accuracies"])) for arm in ("none", "before")}
    losses = {arm: record[arm]["loss"][-1]["values"] for arm in jumps}
    return {arm: summary(values) for arm, values in jumps.items()} | {
        "change": comparison(jumps["none"], jumps["before"]),
        "final_loss": comparison(losses["none"], losses["before"]),
    }


def jump(curves: np.ndarray) -> list[float]:
    """Mean absolute change of each curve from one counted epoch to the next.

    Args:
        curves: (seeds, epochs).

    >>> jump(np.array([[*range(9), 0.0, 1.0, 0.0]]))
    [1.0]
    """
    return np.abs(np.diff(curves[:, FIRST:], axis=1)).mean(axis=1).tolist()
