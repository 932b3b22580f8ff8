"""The diagnosis: one mistake, two mistakes in one task, and results that explain nothing."""

import numpy as np
import pytest

from bngrader.judging.diagnosis import diagnose, same
from bnlab.kit.testing.assertions import Observation
from bnlab.kit.testing.properties import End, Outcome, Property

TESTS = [Property("task", "a sentence", f"test_{i}", print) for i in range(3)]


def outcome(test, value):
    """An outcome that observed a value; None passes."""
    if value is None:
        return Outcome(TESTS[test])
    seen = (Observation("y", np.asarray(value)),)
    return Outcome(TESTS[test], end=End.MISMATCH, detail="y", observations=seen)


def outcomes(*values):
    return [outcome(test, value) for test, value in enumerate(values)]


def test_diagnosis_names_the_mistake_that_equals_the_whole_task():
    known = {"one": outcomes(1.0, 2.0, None), "other": outcomes(1.0, None, None)}
    assert diagnose(outcomes(1.0, 2.0, None), known) == ["one"]


def test_diagnosis_names_two_mistakes_that_cannot_be_told_apart_and_of_three_none():
    known = {"one": outcomes(1.0, None, None), "other": outcomes(1.0, None, None)}
    assert diagnose(outcomes(1.0, None, None), known) == ["one", "other"]
    known["third"] = outcomes(1.0, None, None)
    assert diagnose(outcomes(1.0, None, None), known) == []


def test_diagnosis_names_both_of_two_mistakes_in_one_task():
    known = {"one": outcomes(1.0, 2.0, None), "other": outcomes(None, None, 3.0)}
    assert diagnose(outcomes(1.0, 2.0, 3.0), known) == ["one", "other"]


def test_diagnosis_names_nothing_if_several_mistakes_explain_the_same_part():
    known = {"one": outcomes(1.0, None, None), "other": outcomes(1.0, None, 9.0)}
    assert diagnose(outcomes(1.0, 5.0, None), known) == []


def test_diagnosis_names_nothing_for_results_of_no_known_mistake():
    assert diagnose(outcomes(7.0, None, None), {"one": outcomes(1.0, None, None)}) == []
    assert diagnose(outcomes(7.0, None, None), {}) == []


@pytest.mark.parametrize(
    ("dtype", "nearly", "off"),
    [("float64", 1e-8, 1e-4), ("float32", 1e-4, 1e-2), ("float16", 1e-3, 1e-1)],
)
def test_results_are_the_same_up_to_the_rounding_of_their_dtype(dtype, nearly, off):
    value = np.array([1.0, 2.0], dtype)
    assert same(outcome(0, value), outcome(0, (value * (1 + nearly)).astype(dtype)))
    assert not same(outcome(0, value), outcome(0, (value * (1 + off)).astype(dtype)))
    assert not same(outcome(0, value), outcome(0, value[:1]))


def test_results_differ_if_the_tests_end_in_different_ways():
    one = Outcome(TESTS[0], end=End.RAISED, detail="KeyError")
    assert same(one, Outcome(TESTS[0], "in other words", End.RAISED, "KeyError"))
    assert not same(one, Outcome(TESTS[0], end=End.RAISED, detail="TypeError"))
    assert not same(one, Outcome(TESTS[0], end=End.UNUSABLE, detail="KeyError"))
