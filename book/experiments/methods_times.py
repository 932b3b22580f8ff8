"""Do the intervals of measured times hold in another run, a week later?

Nothing is timed: the record of `training_cost` is compared with the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from book import results
from book.experiments._shared.provenance import git

CLAIM = "training_cost"
EARLIER = "60fd1ec59359d7a6dcf36b9c13809c12bfc9fd35"  # the last commit with the earlier record


def run(quick: bool) -> dict:
    """How many later medians lie in the earlier interval, for all times and for the ratios."""
    earlier = json.loads(git("show", f"{EARLIER}:./results/{CLAIM}.json"))
    later = results.record(CLAIM)
    found = list(medians(earlier["results"], later["results"]))
    dates = {"earlier": earlier["provenance"]["date"], "later": later["provenance"]["date"]}
    ratios = [each for each in found if each[0].endswith(".ratio")]
    return dates | {"all": held(found), "ratios": held(ratios)}


def held(found: list[tuple[str, dict, float]]) -> dict[str, float]:
    """Number of medians, of those in the earlier interval, and the median and worst change."""
    changes = [abs(later / earlier["median"] - 1) for _, earlier, later in found]
    return {
        "count": len(found),
        "within": sum(one["low"] <= later <= one["high"] for _, one, later in found),
        "typical": float(np.median(changes)),
        "worst": float(max(changes)),
    }


def medians(earlier: Any, later: Any, where: str = "") -> Iterator[tuple[str, dict, float]]:
    """Place, earlier summary and later median of every median.

    >>> [place for place, *_ in medians({"a": {"median": 1, "low": 0, "high": 2}},
    ...                                 {"a": {"median": 3, "low": 2, "high": 4}})]
    ['.a']
    """
    if not isinstance(earlier, dict):
        return
    if "median" in earlier:
        yield where, earlier, later["median"]
    for key in set(earlier) & set(later):
        yield from medians(earlier[key], later[key], f"{where}.{key}")
