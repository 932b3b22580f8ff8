"""Experiments whose outcome is known: they must find what the formulas of the book say."""

from __future__ import annotations

import math

import pytest

from book.experiments import (
    backward_invariance,
    backward_projection,
    scaling_units,
    scaling_wine,
    sync_gradient,
    sync_merging,
)


def test_steps_grow_with_the_condition_number_as_the_formula_says():
    for factor, found in scaling_units.run(quick=True).items():
        bound = found["bound"]["mean"]
        assert bound <= found["steps"]["mean"] <= bound + 1, factor


def test_steps_that_were_taken_are_those_computed_from_the_eigenvalues():
    found = scaling_wine.run(quick=True)
    counted = [row for row in found.values() if "counted" in row]
    assert len(counted) == 2
    assert all(row["counted"] == row["steps"] for row in counted)


def test_paths_through_the_statistics_leave_n_minus_two_of_n_directions():
    for found in backward_projection.run(quick=True).values():
        assert found["left"]["mean"] == pytest.approx(found["predicted"], abs=0.02)
        assert max(found["along_ones"], found["along_xhat"]) < 1e-9


def test_weights_and_biases_below_batch_norm_obey_the_invariances_in_training_only():
    found = backward_invariance.run(quick=True)
    assert all(number["max"] < 1e-12 for number in found["live"].values())
    for name in ("cosine", "bias", "loss_10"):
        assert found["frozen"][name]["mean"] > 1e-3


def test_only_statistics_shared_in_both_directions_give_the_gradient_of_the_whole_batch():
    for found in sync_gradient.run(quick=True).values():
        assert found["both"]["error"]["mean"] < 1e-12
        for way in ("apart", "constants", "own"):
            assert found[way]["error"]["mean"] > 0.1


def test_only_the_variance_within_plus_that_between_survives_a_large_mean():
    found = sync_merging.run(quick=True)["far"]["10000"]
    assert found["between"]["error"]["max"] < 1e-3
    for method in ("plain", "within", "squares"):
        assert found[method]["error"]["median"] > 0.1


def test_gradient_in_a_batch_of_two_is_lost():
    assert backward_projection.measure(seed=5, n=2)["left"] < 1e-9
    assert math.isclose(backward_projection.measure(seed=5, n=128)["left"], 126 / 128, abs_tol=0.01)
