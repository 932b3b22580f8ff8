"""Does the rate decide which order looks better, in each of the ten networks?

Nothing is trained: the accuracies are those by which the record `placement_networks` chose its
rates, means of three seeds on validation images.
"""

from __future__ import annotations

from typing import Any

from book import results

RATES = ("0.003", "0.01", "0.03", "0.1", "0.3", "1")


def run(quick: bool) -> dict:
    """After minus before in points at each rate, by network, and how often each sign occurs."""
    rows: dict[str, Any] = results.record("placement_networks")["results"]["rows"]
    differences = {
        name: {
            rate: row["after"]["validation"][rate] - row["before"]["validation"][rate]
            for rate in RATES
        }
        for name, row in rows.items()
    }
    return {
        "count": len(rows),
        "rows": differences,
        "after_ahead": {r: sum(row[r] > 0 for row in differences.values()) for r in RATES},
        "before_ahead": {r: sum(row[r] < 0 for row in differences.values()) for r in RATES},
    }
