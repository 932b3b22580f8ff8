"""What do the batch sizes from four on say together about group norm against batch norm?

Nothing is trained: the differences are those of the record `variants_batch`.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from book import results

SIZES = (4, 8, 16, 32, 64)


def run(quick: bool) -> dict:
    """Mean of the differences, each weighted by its precision, with its 95 % interval."""
    rows = results.record("variants_batch")["results"]
    cells = [rows[f"b{size}"]["group_minus_batch"] for size in SIZES]
    means = np.array([cell["mean"] for cell in cells])
    variances = np.array([cell["sd"] ** 2 / cell["n"] for cell in cells])
    weights = (1 / variances) / (1 / variances).sum()
    mean, error = float(weights @ means), float((1 / variances).sum() ** -0.5)
    half = float(stats.norm.ppf(0.975)) * error
    return {
        "pooled": {"mean": mean, "low": mean - half, "high": mean + half, "z": mean / error},
        "same_sign": int((np.sign(means) == np.sign(mean)).sum()),
    }
