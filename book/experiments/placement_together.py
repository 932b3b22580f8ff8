"""What remains of the differences between before and after when all rows are judged together?

Nothing is trained: the accuracies are those of the record `placement_accuracy`.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from book import results
from book.experiments._shared.analysis import comparison, holm

INTERACTIONS = {
    "rate": ("digits_fast", "digits_slow"),
    "schedule": ("deep", "deep_constant"),
}
"""Rows of one network whose differences are compared seed by seed."""


def run(quick: bool) -> dict:
    """Correlation, corrected p-value and sign test of each row, and the interactions."""
    raw = {
        name: {arm: np.array(values) for arm, values in row["accuracies"].items()}
        for name, row in results.record("placement_accuracy")["results"].items()
    }
    differences = {name: arms["after"] - arms["before"] for name, arms in raw.items()}
    p = {name: float(stats.ttest_1samp(d, 0.0).pvalue) for name, d in differences.items()}
    corrected = dict(zip(p, holm(list(p.values())), strict=True))
    rows = {
        name: {
            "correlation": float(np.corrcoef(raw[name]["before"], raw[name]["after"])[0, 1]),
            "p": p[name],
            "holm": corrected[name],
            "survives": bool(corrected[name] < 0.05),
            "sign_test": _sign_test(difference),
        }
        for name, difference in differences.items()
    }
    return {
        "rows": rows,
        "count": len(rows),
        "surviving": sum(row["survives"] for row in rows.values()),
        "weakly_correlated": sum(row["correlation"] < 0.25 for row in rows.values()),
        "interactions": {
            name: comparison(differences[one], differences[other])
            for name, (one, other) in INTERACTIONS.items()
        },
        "preact": {
            name: {"sign_test": _sign_test(arms["preact"] - arms["before"])}
            for name, arms in raw.items()
            if "preact" in arms
        },
    }


def _sign_test(difference: np.ndarray) -> float:
    """P-value of the sign test, in which the size of a collapse does not count."""
    ups, downs = int((difference > 0).sum()), int((difference < 0).sum())
    return float(stats.binomtest(ups, ups + downs).pvalue)
