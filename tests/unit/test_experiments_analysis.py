"""The statistics of the experiments, against scipy and against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from book.experiments._shared.analysis import (
    bootstrap_interval,
    comparison,
    student_interval,
    summary,
)

VALUES = np.random.default_rng(1).normal(3.0, 2.0, size=11)
OTHERS = VALUES + np.random.default_rng(2).normal(0.5, 1.0, size=11)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_student_interval_is_scipys(confidence):
    wanted = stats.ttest_1samp(VALUES, 0.0).confidence_interval(confidence)
    assert student_interval(VALUES, confidence) == pytest.approx(tuple(wanted), rel=1e-12)


def test_student_interval_of_one_value_is_refused():
    with pytest.raises(ValueError, match="number of values is 1, expected 2 or more"):
        student_interval([1.0])


def test_comparison_is_scipys_paired_test():
    wanted = stats.ttest_rel(OTHERS, VALUES).confidence_interval()
    found = comparison(VALUES, OTHERS)
    assert (found["low"], found["high"]) == pytest.approx(tuple(wanted), rel=1e-12)
    assert found["wins"] == sum(OTHERS > VALUES)


def test_comparison_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match="length of b is 2, expected 3"):
        comparison([1.0, 2.0, 3.0], [1.0, 2.0])


def test_pairing_narrows_the_interval():
    paired = comparison(VALUES, OTHERS)["half"]
    unpaired = np.hypot(summary(VALUES)["half"], summary(OTHERS)["half"])
    assert paired < unpaired / 2


def test_bootstrap_interval_agrees_with_scipy_and_repeats_itself():
    wanted = stats.bootstrap(
        (VALUES,), np.mean, method="percentile", n_resamples=10_000, rng=np.random.default_rng(3)
    ).confidence_interval
    found = bootstrap_interval(VALUES)
    assert found == pytest.approx(tuple(wanted), abs=0.05)
    assert found == bootstrap_interval(VALUES)
