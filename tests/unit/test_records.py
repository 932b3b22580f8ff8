"""Every interval of a record can be computed again from the raw values in the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy import stats

from book import results

RECORDS = sorted(path.stem for path in results.FOLDER.glob("*.json"))
OLD = {
    "channels_axes",
    "inference_conventions",
    "inference_finetune",
    "inference_modes",
    "inference_shift",
    "scaling_inputs",
    "training_rate",
}
"""Records from before raw values were kept; `make experiments NAME=...` gives each its values."""


def summaries(node: Any, where: str = "") -> Iterator[tuple[str, dict]]:
    """Each dictionary of a record that has an interval, with its place."""
    if isinstance(node, dict):
        if {"low", "high", "n"} <= set(node) and {"mean", "median"} & set(node):
            yield where, node
        for key, value in node.items():
            yield from summaries(value, f"{where}.{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from summaries(value, f"{where}.{place}")


def test_record_has_its_commit_unless_it_is_old() -> None:
    without = {name for name in RECORDS if "commit" not in results.record(name)["provenance"]}
    assert without == OLD


@pytest.mark.parametrize("name", [name for name in RECORDS if name not in OLD])
def test_interval_is_that_of_the_raw_values(name: str) -> None:
    for where, found in summaries(results.record(name)["results"]):
        values = np.array(found["values"])
        assert len(values) == found["n"], where
        if "mean" in found:
            t = stats.t.ppf(0.975, len(values) - 1)
            half = t * values.std(ddof=1) / len(values) ** 0.5
            wanted = (values.mean() - half, values.mean() + half)
            assert (found["low"], found["high"]) == pytest.approx(wanted, rel=1e-9, abs=1e-12), (
                where
            )
        else:
            assert found["low"] <= np.median(values) == found["median"] <= found["high"], where


def test_interval_without_its_values_is_found() -> None:
    record = {
        "a": [{"n": 2, "mean": 1.5, "low": 0.0, "high": 1.0}],
        "b": {"low": 1, "high": 2, "n": 3},
    }
    assert [where for where, _ in summaries(record)] == [".a.0"]
