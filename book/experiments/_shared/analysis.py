"""Intervals: what a handful of seeds can and cannot show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import stats


def student_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float]:
    """Student interval (low, high) of the mean of independent values.

    Args:
        values: at least two numbers.
        confidence: between 0 and 1.

    Raises:
        ValueError: fewer than two values.

    >>> low, high = student_interval([1.0, 2.0, 3.0])
    >>> round(low, 2), round(high, 2)
    (-0.48, 4.48)
    """
    x = np.asarray(values, dtype=float)
    if x.size < 2:
        raise ValueError(f"student_interval: number of values is {x.size}, expected 2 or more.")
    half = stats.t.ppf((1 + confidence) / 2, x.size - 1) * x.std(ddof=1) / np.sqrt(x.size)
    return float(x.mean() - half), float(x.mean() + half)


def prediction_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float]:
    """Interval (low, high) for one further value of the same normal distribution.

    Args:
        values: at least two numbers.
        confidence: between 0 and 1.

    >>> low, high = prediction_interval([1.0, 2.0, 3.0])
    >>> round(low, 2), round(high, 2)
    (-2.97, 6.97)
    """
    low, high = student_interval(values, confidence)
    middle, half = (low + high) / 2, (high - low) / 2 * np.sqrt(len(values) + 1)
    return float(middle - half), float(middle + half)


def bootstrap_interval(
    values: Sequence[float],
    statistic: Callable[..., np.ndarray] = np.mean,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> tuple[float, float]:
    """Percentile bootstrap interval (low, high) of a statistic, the same at every call.

    Args:
        values: at least two numbers.
        statistic: called with `axis=1` on an array of resamples.
        confidence: between 0 and 1.
        resamples: number of resamples drawn.

    >>> bootstrap_interval([2.0, 2.0, 2.0])
    (2.0, 2.0)
    """
    x = np.asarray(values, dtype=float)
    rows = np.random.default_rng(0).integers(x.size, size=(resamples, x.size))
    tail = (1 - confidence) / 2
    low, high = np.quantile(statistic(x[rows], axis=1), [tail, 1 - tail])
    return float(low), float(high)


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for the number of comparisons, by the method of Holm.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    steps = np.asarray(p_values)[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return [float(p) for p in corrected]


def summary(values: Sequence[float]) -> dict[str, Any]:
    """Mean, standard deviation and Student interval of values that differ by seed, and the values.

    With the values in the record a reader can recompute the interval, or pool it with others.
    """
    low, high = student_interval(values)
    return {
        "n": len(values),
        "mean": float(np.mean(values)),
        "sd": float(np.std(values, ddof=1)),
        "low": low,
        "high": high,
        "half": (high - low) / 2,
        "values": [float(value) for value in values],
    }


def median_summary(values: Sequence[float]) -> dict[str, Any]:
    """Median and its bootstrap interval, for times: they have stragglers on one side.

    >>> median_summary([2.0, 2.0, 2.0])
    {'n': 3, 'median': 2.0, 'low': 2.0, 'high': 2.0, 'values': [2.0, 2.0, 2.0]}
    """
    low, high = bootstrap_interval(values, np.median)
    return {
        "n": len(values),
        "median": float(np.median(values)),
        "low": low,
        "high": high,
        "values": [float(value) for value in values],
    }


def comparison(a: Sequence[float], b: Sequence[float]) -> dict[str, Any]:
    """Summary of the differences b - a, paired by seed, and how often b was larger.

    Raises:
        ValueError: a and b differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"comparison: length of b is {len(b)}, expected {len(a)}.")
    differences = np.subtract(b, a)
    return summary(differences) | {"wins": int((differences > 0).sum())}


def corrected(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> list[dict[str, Any]]:
    """The comparison of each pair, with the p-value of its t-test corrected for all of them.

    Differences without any spread have a p-value of 0, or of 1 if they are 0.

    >>> found = corrected([([1.0, 2.0, 3.0], [2.0, 3.0, 4.5]), ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])])
    >>> [round(each["p_holm"], 3) for each in found]
    [0.04, 1.0]
    """
    found = [comparison(a, b) for a, b in pairs]
    return [each | {"p_holm": p} for each, p in zip(found, holm([*map(_p, found)]), strict=True)]


def _p(found: dict[str, Any]) -> float:
    if found["sd"] == 0:
        return float(found["mean"] == 0)
    return float(stats.ttest_1samp(found["values"], 0).pvalue)
