"""How often is there a winner by chance when one looks after every seed?

Two arms that do not differ: their paired differences are drawn from a normal distribution.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

SEEDS = range(1)
STUDIES, FIRST, LAST = 20_000, 3, 40


def run(quick: bool) -> dict:
    """Share of the studies in which a 95 % interval excludes 0, by the way of looking."""
    studies = 200 if quick else STUDIES
    x = np.random.default_rng(0).normal(size=(studies, LAST))
    excludes = {k: _excludes(x[:, :k]) for k in range(FIRST, LAST + 1)}
    return {
        "first": FIRST,
        "last": LAST,
        "at_the_end": float(excludes[LAST].mean()),
        "at_some_look": float(np.any([*excludes.values()], axis=0).mean()),
        "at_two_looks": float((excludes[16] | excludes[LAST]).mean()),
    }


def _excludes(x: np.ndarray) -> np.ndarray:
    """Whether the Student interval of each row (studies, seeds) excludes 0."""
    half = stats.t.ppf(0.975, x.shape[1] - 1) * x.std(axis=1, ddof=1) / x.shape[1] ** 0.5
    return np.abs(x.mean(axis=1)) > half
