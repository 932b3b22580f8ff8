"""Two mistakes in one module: both edits are made where they do not overlap."""

import numpy as np
import pytest

from bngrader.authoring.merge import _lines, _merged_text, _tokens, merged
from bngrader.authoring.pairs import _runs
from bngrader.core import solutions
from bnlab.kit.testing.properties import End, Outcome, Property
from bnlab.kit.testing.recorder import Call


def joined(unit, one, other):
    found = {each.name: each for each in solutions.mistakes(unit)}
    return merged(found[one], found[other])


def test_two_edits_of_one_function_are_both_made():
    text = joined("moments", "per_row", "widened").removeprefix(solutions.solved("moments"))
    assert "return (wide.mean(axis=1), wide.var(axis=1))" in text


def test_mistakes_in_two_functions_are_both_there():
    text = joined("moments", "per_row", "no_eps").removeprefix(solutions.solved("moments"))
    assert "x.mean(axis=1)" in text
    assert "np.sqrt(var)" in text


def test_methods_of_one_class_are_joined():
    text = joined("layer", "momentum_reversed", "normalized_unbiased")
    text = text.removeprefix(solutions.solved("layer"))
    assert text.count("class BatchNorm(BatchNorm)") == 1
    assert "def track" in text
    assert "def forward" in text


def test_mistakes_that_call_what_they_replace_call_each_other():
    text = joined("audit", "seed_left", "default_dtype_left")
    compile(text, "pair", "exec")
    assert text.count("def audit(") == 3


@pytest.mark.parametrize(("one", "other"), [("f(a, 2)", "f(a, 3)"), ("f(b, 1)", "g(c, 1)")])
def test_edits_of_the_same_place_are_not_joined(one, other):
    assert _merged_text("f(a, 1)", one, other) is None


def test_an_edit_that_both_make_is_made_once():
    _, text = _merged_text(
        "x = f(a, 1) + g(b, 2)", "x = f(a, 9) + g(b, 2)", "x = f(a, 9) + h(b, 2)"
    )
    assert text == "x = f(a, 9) + h(b, 2)"


def test_edits_of_lines_that_touch_each_other_are_not_joined():
    base, one, other = "a = 1\nb = 2\nc = 3\n", "a = 9\nb = 2\nc = 3\n", "a = 1\nb = 8\nc = 3\n"
    assert _merged_text(base, one, other, _lines) is None
    assert _merged_text(base, one, other, _tokens)[1] == "a = 9\nb = 8\nc = 3\n"


def test_a_pair_that_gives_a_shape_of_neither_mistake_does_not_run():
    def outcomes(*shape):
        one = Property("moments", "the mean", "mean", lambda learner, rng: None)
        call = Call("call", "moments", (np.zeros(shape), np.zeros(3)))
        return [Outcome(one, "is wrong", End.MISMATCH, calls=(call,))]

    alone = [outcomes(3), outcomes(5)]
    assert _runs(outcomes(5), alone)
    assert not _runs(outcomes(), alone)
