"""Do ten records that are drawn by lot come out again, when they are measured from nothing?

No stored trial is used. A mean or a median came out if it lies in the 95 % interval of the record,
any other number if it is equal to nine digits.
"""

from __future__ import annotations

import importlib
import math
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from book import results
from book.experiments._shared import trials

LOT = 20261128  # seed of the draw
DRAWN = 10
LONGEST = 100.0  # seconds of processor time; longer ones are not in the draw
OWN = "methods_"  # records about the records


def run(quick: bool) -> dict:
    """Names of the lot, and for each record how many of its numbers came out again."""
    names = ["moments_bias"] if quick else draw(pool())
    rows = {name: compared(results.record(name)["results"], again(name)) for name in names}
    return {
        "lot": LOT,
        "pool": len(pool()),
        "rows": rows,
        "count": len(rows),
        "held": sum(row["outside"] == 0 for row in rows.values()),
        **{key: sum(row[key] for row in rows.values()) for key in ("numbers", "equal", "outside")},
    }


def pool() -> list[str]:
    """Records that know the commit of their code, and take at most `LONGEST`."""
    found = []
    for path in sorted(results.FOLDER.glob("*.json")):
        source = results.record(path.stem)["provenance"]
        if "commit" in source and source["seconds"] <= LONGEST and not path.stem.startswith(OWN):
            found.append(path.stem)
    return found


def draw(names: list[str]) -> list[str]:
    """Ten of the names, in alphabetical order."""
    return sorted(random.Random(LOT).sample(names, DRAWN))


def again(name: str) -> dict:
    """Results of an experiment whose stored trials are left aside."""
    stored = trials.ROOT
    with tempfile.TemporaryDirectory() as folder:
        trials.ROOT = Path(folder)
        try:
            return importlib.import_module(f"book.experiments.{name}").run(quick=False)
        finally:
            trials.ROOT = stored


def compared(old: Any, new: Any) -> dict[str, int]:
    """How many numbers two results have, how many are equal, and how many fall outside.

    >>> compared({"mean": 1.0, "low": 0.5, "high": 1.5}, {"mean": 1.2, "low": 0.7, "high": 1.7})
    {'numbers': 1, 'equal': 0, 'outside': 0}
    >>> compared({"a": [1.0, 2.0], "b": 3}, {"a": [1.0, 2.1], "b": 3})
    {'numbers': 3, 'equal': 2, 'outside': 1}
    """
    rows = list(pairs(old, new))
    return {
        "numbers": len(rows),
        "equal": sum(equal for equal, _ in rows),
        "outside": sum(not equal and not within for equal, within in rows),
    }


def pairs(old: Any, new: Any) -> Iterator[tuple[bool, bool]]:
    """For each number of the old result: is the new one equal, and is it in the interval?

    The raw values of an interval, its ends and its standard deviation are judged by its middle.
    """
    if isinstance(old, dict):
        middle = next((key for key in ("mean", "median") if key in old), None)
        if middle and {"low", "high"} <= set(old):
            yield same(old[middle], new[middle]), old["low"] <= new[middle] <= old["high"]
            judged = {middle, "low", "high", "half", "sd", "n", "values", "wins", "error", "p"}
            old = {key: value for key, value in old.items() if key not in judged}
        for key, value in old.items():
            yield from pairs(value, new[key])
    elif isinstance(old, list | tuple):
        for one, other in zip(old, new, strict=True):
            yield from pairs(one, other)
    else:
        yield same(old, new), False


def same(old: Any, new: Any) -> bool:
    """Whether two values are equal, numbers to nine digits."""
    if isinstance(old, float) and isinstance(new, int | float):
        return math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12) or (old != old and new != new)
    return bool(old == new)
