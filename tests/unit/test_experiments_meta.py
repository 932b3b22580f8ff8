"""Pooling of networks, against a published example and against simulation."""

from __future__ import annotations

import numpy as np
import pytest

from book.experiments._shared.meta import crossed_interval, random_effects
from book.experiments._shared.tuning import tuned

# Borenstein, Hedges, Higgins and Rothstein (2009), Introduction to Meta-Analysis, table 14.1. The
# variances are printed with two digits, so the results agree to about two digits.
EFFECTS = (0.095, 0.277, 0.367, 0.664, 0.462, 0.185)
VARIANCES = (0.033, 0.031, 0.050, 0.011, 0.043, 0.023)


def test_random_effects_are_those_of_the_published_example() -> None:
    found = random_effects(EFFECTS, np.sqrt(VARIANCES))
    assert found["q"] == pytest.approx(12.0033, abs=0.3)
    assert found["tau"] ** 2 == pytest.approx(0.0372, abs=1e-3)
    assert found["mean"] == pytest.approx(0.3582, abs=1e-3)
    assert (found["next_low"], found["next_high"]) == pytest.approx((-0.2525, 0.9690), abs=0.01)


def test_equal_studies_have_no_variance_between_them() -> None:
    found = random_effects([1.0, 1.0, 1.0], [0.1, 0.2, 0.3])
    assert (found["mean"], found["tau"]) == (pytest.approx(1.0), 0.0)


@pytest.mark.parametrize("errors", [[0.1, 0.0, 0.1], [0.1, 0.1]])
def test_studies_without_their_errors_are_refused(errors: list[float]) -> None:
    with pytest.raises(ValueError, match="errors are expected positive, one for each mean"):
        random_effects([1.0, 2.0, 3.0], errors)


def test_crossed_interval_holds_the_truth_over_seeds_and_images() -> None:
    draw, held, rounds = np.random.default_rng(0), 0, 400
    for _ in range(rounds):
        seeds, images = draw.normal(0, 1.0, (12, 1)), draw.normal(0, 3.0, (1, 60))
        found = crossed_interval(2.0 + seeds + images + draw.normal(0, 1.0, (12, 60)))
        held += found["low"] < 2.0 < found["high"]
    assert 0.93 <= held / rounds <= 0.99


def test_interval_over_seeds_alone_misses_the_truth_too_often() -> None:
    draw, held, rounds = np.random.default_rng(0), 0, 400
    for _ in range(rounds):
        images = draw.normal(0, 3.0, (1, 60))
        values = (2.0 + images + draw.normal(0, 1.0, (12, 60))).mean(axis=1)
        half = 2.201 * values.std(ddof=1) / 12**0.5
        held += abs(values.mean() - 2.0) < half
    assert held / rounds < 0.6


def test_rate_is_sought_beyond_the_edge_of_the_grid() -> None:
    tried: list[float] = []

    def judge(lr: float) -> float:
        tried.append(lr)
        return -abs(np.log10(lr / 3.0))

    assert tuned(judge, (0.1, 0.3, 1.0)).rate == 3.0
    assert tried == [0.1, 0.3, 1.0, 3.0, 10.0]
    assert tuned(judge, (0.1, 0.3, 1.0), widen=False).rate == 1.0
