"""The assertions: kind, shape and dtype come before values, and no message shows a value."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bnlab.kit.testing.assertions import (
    LearnerError,
    MismatchError,
    assert_at_least_as_wide,
    assert_close,
    assert_raises,
    assert_true,
    assert_unchanged,
    describe,
    going_on,
    precondition,
    shape_text,
    unpack,
)

finite = hnp.arrays(
    "float64", hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6)
)


@given(finite)
def test_assert_close_accepts_equal_arrays(x):
    assert_close(x.copy(), x, "x")
    assert_close(torch.from_numpy(x.copy()), torch.from_numpy(x), "x")


@given(finite, st.data())
def test_assert_close_finds_one_wrong_value_anywhere(x, data):
    wrong = x.copy()
    place = data.draw(st.integers(0, x.size - 1))
    wrong.flat[place] += 1e-3 * (1 + abs(wrong.flat[place]))
    with pytest.raises(MismatchError, match="x is wrong: 1 of"):
        assert_close(wrong, x, "x")


@pytest.mark.parametrize(
    ("got", "want", "message"),
    [
        (np.zeros((3, 1)), np.zeros(3), r"has shape \(3, 1\), expected \(3,\)"),
        (np.zeros(3, "float32"), np.zeros(3), "has dtype float32, expected float64"),
        ([0.0, 0.0], np.zeros(2), "is a list of 2, expected a NumPy array"),
        (None, np.zeros(2), "is None, expected a NumPy array"),
        (torch.zeros(2), np.zeros(2), "is a torch tensor of shape"),
        (np.zeros(2), torch.zeros(2), "expected a torch tensor"),
        (np.array([math.nan, 0]), np.zeros(2), r"is not a number \(nan\) in 1 of 2 places"),
        (np.array([math.inf]), np.zeros(1), "is wrong"),
        (np.zeros(2), (np.zeros(2), np.zeros(2)), "expected a tuple of 2"),
        (None, True, "is None, expected True"),
        (0.5, 0.75, "is wrong"),
        (True, 1.0, "is a bool"),
    ],
)
def test_assert_close_has_a_message_for_each_kind_of_difference(got, want, message):
    with pytest.raises(MismatchError, match=message):
        assert_close(got, want, "y")


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("mean, var in float32", "var in float32"),
        ("y in float32", "y[1] in float32"),
        ("y", "y[1]"),
        ("the buffers as held", "the buffers as held[1]"),
    ],
)
def test_an_item_of_a_tuple_has_its_name_or_its_number(what, named):
    with pytest.raises(MismatchError) as caught:
        assert_close((np.zeros(1), np.ones(1)), (np.zeros(1), np.zeros(1)), what)
    assert caught.value.what == named


def test_assert_close_does_not_show_the_expected_value():
    truth = np.array([0.123456789, 9.87654321])
    with pytest.raises(MismatchError) as caught:
        assert_close(np.zeros(2), truth, "var")
    assert "the largest difference is about 1e+01" in str(caught.value)
    for digits in ("123", "876", "9.8"):
        assert digits not in str(caught.value)


def test_a_test_that_goes_on_keeps_each_mismatch():
    with going_on() as mismatches:
        with precondition():
            assert_close((np.ones(1), np.ones(2)), (np.zeros(1), np.zeros(2)), "mean, var")
        assert_close(np.zeros(1), np.zeros(1), "right")
        assert_true(False, "the result", "is wrong.")
        assert_raises(lambda: None, "ValueError", "one row")
    assert [each.what for each in mismatches] == ["mean", "var", "the result", "one row"]
    assert [each.waits for each in mismatches] == [True, True, False, False]
    with pytest.raises(MismatchError):
        assert_true(False, "the result", "is wrong.")


def test_assert_close_takes_an_expected_infinity_for_that_infinity_only():
    want = np.array([np.inf, -np.inf, np.nan, 1.0])
    assert_close(want.copy(), want, "x")
    for index, value in ((0, 5.0), (0, -np.inf), (1, np.inf), (2, 0.0), (3, np.inf)):
        got = want.copy()
        got[index] = value
        with pytest.raises(MismatchError):
            assert_close(got, want, "x")


def test_assert_unchanged_sees_the_last_digit_and_the_dtype():
    x, y = np.ones(3), np.zeros(2)
    assert_unchanged([x.copy(), y.copy()], (x, y), "x, y")
    with pytest.raises(MismatchError, match="y after the call is wrong"):
        assert_unchanged([x, np.array([0.0, 5e-324])], (x, y), "x, y")
    with pytest.raises(MismatchError, match="x after the call has dtype float32"):
        assert_unchanged([x.astype(np.float32), y], (x, y), "x, y")


def test_assert_at_least_as_wide_takes_any_wider_float():
    want = np.array([1.0, 1 / 3])
    narrow = want.astype(np.float32)
    for dtype in (np.float32, np.float64, np.longdouble):
        got = narrow.astype(dtype)
        assert_at_least_as_wide(got, want, narrow, "rstd", rtol=1e-6)
    for got in (want.astype(np.float16), np.ones(2, int), want.tolist(), None):
        with pytest.raises(MismatchError, match="rstd"):
            assert_at_least_as_wide(got, want, narrow, "rstd", rtol=1e-2)
    with pytest.raises(MismatchError, match="rstd is wrong"):
        assert_at_least_as_wide(2 * want, want, narrow, "rstd")


def test_assert_raises_accepts_the_right_exception_only():
    def raises(name):
        def call():
            raise LearnerError(name)

        return call

    def raises_subclass():
        raise LearnerError("StatisticsError", bases=("ValueError", "Exception"))

    assert_raises(raises("ValueError"), "ValueError", "one row")
    assert_raises(raises_subclass, "ValueError", "one row")
    with pytest.raises(MismatchError, match="raises StatisticsError, expected KeyError"):
        assert_raises(raises_subclass, "KeyError", "one row")
    with pytest.raises(MismatchError, match="raises TypeError, expected ValueError"):
        assert_raises(raises("TypeError"), "ValueError", "one row")
    with pytest.raises(MismatchError, match="returns None, expected it to raise ValueError"):
        assert_raises(lambda: None, "ValueError", "one row")
    with pytest.raises(LearnerError):
        assert_raises(raises("NotImplementedError"), "ValueError", "one row")


def test_assert_raises_accepts_a_subclass_of_the_right_exception():
    def call():
        raise LearnerError("Mine", bases=("ArithmeticError", "ValueError", "Exception"))

    assert_raises(call, "ValueError", "one row")
    assert_raises(call, "ArithmeticError", "one row")
    with pytest.raises(MismatchError, match="raises Mine, expected TypeError"):
        assert_raises(call, "TypeError", "one row")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((), "shape ()"),
        ((3,), "shape (3,)"),
        ((2, 10**7), "shape (2, 10000000)"),
        ((0, 123456789012), "shape (0, many)"),
        ((1,) * 9, "9 axes"),
        ((1,) * 20_000, "20000 axes"),
    ],
)
def test_the_shape_of_a_result_takes_little_space_in_a_message(shape, words):
    assert shape_text(shape) == words


@pytest.mark.parametrize(
    ("value", "words"), [(3, "an int"), (0.5, "a float"), (None, "None"), ({}, "a dict")]
)
def test_describe_uses_the_right_article(value, words):
    assert describe(value) == words


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (np.zeros(2), "result is a NumPy array of shape (2,), expected (mean of 3, var of 3)."),
        ((np.zeros(2), np.ones(2)), "var of 3 is wrong: 2 of 2 values differ"),
    ],
)
def test_the_parts_of_a_result_have_names(got, sentence):
    with pytest.raises(MismatchError, match=re.escape(sentence)):
        assert_close(got, (np.zeros(2), np.zeros(2)), "mean, var of 3")


def test_unpack_refuses_a_result_with_other_items():
    assert unpack((1, 2), "mean, var") == (1, 2)
    for short in (1.0, (1,), [1, 2, 3]):
        with pytest.raises(MismatchError, match=r"^result is .*, expected \(mean, var\)\.$"):
            unpack(short, "mean, var")
