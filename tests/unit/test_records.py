"""Every interval of a record can be computed again from the raw values in the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy import stats

from book import results
from book.experiments import channels_count
from book.experiments._shared.analysis import median_summary, summary
from book.experiments._shared.meta import random_effects

RECORDS = sorted(path.stem for path in results.FOLDER.glob("*.json"))


def intervals(node: Any, where: str = "") -> Iterator[tuple[str, dict]]:
    """Each dictionary of a record that has the ends of an interval, with its place."""
    if isinstance(node, dict):
        if {"low", "high"} <= set(node) and "factor" not in node:  # a factor: a range of rates
            yield where, node
        for key, value in node.items():
            yield from intervals(value, f"{where}.{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from intervals(value, f"{where}.{place}")


def test_record_knows_the_commit_and_the_hash_of_its_code() -> None:
    for name in RECORDS:
        assert {"commit", "code"} <= set(results.record(name)["provenance"]), name


def agrees(found: dict) -> bool:
    """Whether the interval of a mean or a median is that of its own raw values."""
    values = np.array(found["values"])
    ends = (found["low"], found["high"])
    if "mean" in found:
        wanted = student(values.mean(), values.std(ddof=1) / len(values) ** 0.5, len(values))
        return ends == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    rows = np.random.default_rng(0).integers(len(values), size=(10_000, len(values)))
    wanted = np.quantile(np.median(values[rows], axis=1), [0.025, 0.975])
    return ends == pytest.approx(tuple(wanted)) and np.median(values) == found["median"]


def student(mean: float, error: float, n: int) -> tuple[float, float]:
    """Ends of the 95 % interval of a mean of n values with that standard error."""
    half = stats.t.ppf(0.975, n - 1) * error
    return mean - half, mean + half


# Intervals of other kinds, each with a test of its own below: experiment and end of the place.
OTHERS = {
    ("training_source", "prediction"): 1,
    ("training_keras", "port"): 4,
    ("channels_count", ""): 3,
    ("placement_networks", "total"): 36,
    ("placement_networks", "pooled"): 3,
    ("placement_large", "total"): 6,
}


def other(name: str, where: str) -> tuple[str, str] | None:
    """The kind of an interval that is not one of its own raw values."""
    ends = (end for claim, end in OTHERS if claim == name and where.endswith(end))
    return next(((name, end) for end in ends), None)


@pytest.mark.parametrize("name", RECORDS)
def test_interval_is_that_of_the_raw_values(name: str) -> None:
    others = []
    for where, found in intervals(results.record(name)["results"]):
        if kind := other(name, where):
            others.append(kind)
            continue
        assert len(found["values"]) == found["n"], where
        assert agrees(found), where
    assert Counter(others) == {kind: count for kind, count in OTHERS.items() if kind[0] == name}


def test_prediction_interval_is_that_of_the_raw_values() -> None:
    change = results.value("training_source", "change")
    values = np.array(change["final"]["values"])
    error = values.std(ddof=1) * (1 + 1 / len(values)) ** 0.5
    wanted = student(values.mean(), error, len(values))
    found = change["prediction"]
    assert (found["low"], found["high"]) == pytest.approx(wanted)


def test_prediction_intervals_beside_keras_are_those_of_the_port() -> None:
    for arm in ("none", "before"):
        port = np.array(results.value("training_source", f"{arm}.accuracies"))
        for name, epoch in (("first", 0), ("final", -1)):
            found = results.value("training_keras", f"{arm}.{name}")
            t = stats.t.ppf(1 - 0.05 / 8 / 2, len(port) - 1)
            half = t * port[:, epoch].std(ddof=1) * (1 + 1 / len(port)) ** 0.5
            middle = port[:, epoch].mean()
            ends = (found["port"]["low"], found["port"]["high"])
            assert ends == pytest.approx((middle - half, middle + half))
            assert found["agrees"] == all(ends[0] <= run <= ends[1] for run in found["runs"])


def test_values_that_an_image_is_worth_are_those_of_the_digits() -> None:
    recorded = results.record("channels_count")["results"]
    for name, found in channels_count.run(quick=False).items():
        assert recorded[name] == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("name", ["placement_networks", "placement_large"])
def test_intervals_over_images_follow_from_differences_and_errors(name: str) -> None:
    """The record has the difference of each seed; of the images it has their standard error."""
    for row in results.value(name, "rows").values():
        for change in (cell for key, cell in row.items() if "_minus_" in key):
            total, values = change["total"], np.array(change["values"])
            assert total["mean"] == pytest.approx(values.mean())
            assert total["error"] > values.std(ddof=1) / len(values) ** 0.5
            wanted = student(total["mean"], total["error"], len(values))
            assert (total["low"], total["high"]) == pytest.approx(wanted)


def test_pooled_effects_follow_from_those_of_the_networks() -> None:
    found = results.record("placement_networks")["results"]
    for name, together in found["together"].items():
        totals = [row[name]["total"] for row in found["rows"].values()]
        pooled = random_effects([t["mean"] for t in totals], [t["error"] for t in totals])
        assert pooled == pytest.approx(together["pooled"])


def test_interval_without_its_values_is_found() -> None:
    record = {
        "a": [{"n": 2, "mean": 1.5, "low": 0.0, "high": 1.0}],
        "b": {"low": 1, "high": 2, "n": 3, "factor": 2.0},
        "c": {"ratio": 1.0, "low": 0.9, "high": 1.1},
    }
    assert [where for where, _ in intervals(record)] == [".a.0", ".c"]
    with pytest.raises(KeyError, match="values"):
        agrees(record["c"])


def test_interval_of_other_values_is_found() -> None:
    assert agrees(summary([1.0, 2.0, 4.0]))
    assert not agrees(summary([1.0, 2.0, 4.0]) | {"values": [1.0, 2.0, 4.1]})
    assert not agrees(median_summary([1.0, 2.0, 4.0]) | {"values": [1.0, 2.0, 3.0]})
