"""Public checks of `scaling`."""

import numpy as np

from ..testing.assertions import assert_close, assert_unchanged, precondition
from ..testing.inputs import around_no_half, batches, in_every_form
from ..testing.properties import property_of
from ..testing.tolerances import tolerance

PEOPLE = np.array([[1.5, 60.0, -4.0], [1.9, 90.0, 2.0], [1.6, 75.0, -7.0], [1.8, 54.0, 1.0]])
"""Height in metres, weight in kilograms, balance in thousands: columns of different scales."""

SHAPES = ((1, 1), (1, 3), (3, 3), (4, 1), (2, 5), (7, 2), (83, 1))
"""One row, one feature, as many rows as features, and many rows."""

ALMOST_CONSTANT = np.full((6, 7), 3.0) + np.eye(6, 7)
"""Columns in which one value differs, and a constant column at the end."""


def by_range(x):
    """Return the expected result, column by column, in the dtype of x."""
    y = np.zeros(x.shape)
    for i, column in enumerate(x.T.tolist()):
        low, high = min(column), max(column)
        y[:, i] = [(value - low) / (high - low) if high > low else 0.0 for value in column]
    return y.astype(x.dtype)


def by_deviation(x):
    """Return the expected result, column by column, in the dtype of x."""
    y = np.zeros(x.shape)
    for i, column in enumerate(x.T.tolist()):
        if min(column) < max(column):
            mean = sum(column) / len(column)
            sd = (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
            y[:, i] = [(value - mean) / sd for value in column]
    return y.astype(x.dtype)


@property_of("min_max_scale", "each column runs from 0 to 1")
def each_column_runs_from_zero_to_one(learner, rng):
    assert_close(learner.min_max_scale(PEOPLE), by_range(PEOPLE), "y")


@property_of("min_max_scale", "a column of equal numbers becomes 0, and no other column does")
def equal_numbers_have_no_range(learner, rng):
    for x in (np.c_[PEOPLE, np.full(4, 3.0)], ALMOST_CONSTANT):
        assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of("min_max_scale", "a column of tiny numbers runs from 0 to 1, too")
def tiny_numbers_have_a_range(learner, rng):
    for x in (PEOPLE * 1e-7, PEOPLE * 1e-90, 500 + PEOPLE * 1e-10):
        assert_close(learner.min_max_scale(x), by_range(x), "y", rtol=1e-4, atol=1e-4)


@property_of("min_max_scale", "one row or one column works, and the result has the shape of x")
def any_shape_has_a_range(learner, rng):
    given = batches(rng, SHAPES)
    for (y, after), x in zip(learner.call_each("min_max_scale", zip(given)), given, strict=True):
        assert_close(y, by_range(x), "y")
        assert_unchanged(after, (x,), "x")


@property_of("min_max_scale", "x is the same after the call, and keeps its dtype")
def min_max_scale_leaves_x_alone(learner, rng):
    forms = in_every_form(PEOPLE)
    calls = learner.call_each("min_max_scale", forms.values())
    for (y, after), (form, (x,)) in zip(calls, forms.items(), strict=True):
        with precondition():
            assert_close(y, by_range(x), f"y of {form}", **tolerance(x))
        assert_unchanged(after, (x,), "x")


@property_of("standardize", "each column has mean 0 and standard deviation 1, dividing by N")
def each_column_is_standardized(learner, rng):
    assert_close(learner.standardize(PEOPLE), by_deviation(PEOPLE), "y")


@property_of("standardize", "metres or micrometres, the result is the same")
def the_unit_does_not_matter(learner, rng):
    for x in (PEOPLE * 1e-7, PEOPLE * 1e-90, 500 + PEOPLE * 1e-9):
        assert_close(learner.standardize(x), by_deviation(x), "y", rtol=1e-3, atol=1e-3)


@property_of("standardize", "a column of equal numbers becomes 0, whatever the number")
def equal_numbers_have_no_deviation(learner, rng):
    # The rounded mean of ten 0.1 is not 0.1.
    x = np.tile([[0.1, 1.0, 0.7], [0.1, 2.0, 0.7]], (5, 1))
    for each in (x, x.astype(np.float32), x.astype(np.float16), ALMOST_CONSTANT):
        y = learner.standardize(each)
        assert_close(y, by_deviation(each), f"y in {each.dtype}", **tolerance(each))


@property_of("standardize", "numbers around 4000 in float32, and 3e8 in float64, come out right")
def far_from_zero(learner, rng):
    x = rng.normal(size=(50, 2))
    for each in ((x + 4e3).astype(np.float32), x + 3e8):
        y = learner.standardize(each)
        assert_close(y, by_deviation(each), f"y in {each.dtype}", rtol=1e-2, atol=1e-2)


@property_of("standardize", "large numbers in half precision have a deviation")
def half_precision_has_a_deviation(learner, rng):
    x = rng.normal(size=(300, 2)) * [700.0, 50.0] + [0.0, 200.0]
    x = np.column_stack([x, around_no_half(rng, 300)]).astype(np.float16)
    assert_close(learner.standardize(x), by_deviation(x), "y", **tolerance(x))


@property_of("standardize", "one row or one column works, and the result has the shape of x")
def any_shape_has_a_deviation(learner, rng):
    given = batches(rng, SHAPES)
    for (y, after), x in zip(learner.call_each("standardize", zip(given)), given, strict=True):
        assert_close(y, by_deviation(x), "y")
        assert_unchanged(after, (x,), "x")


@property_of("standardize", "x is the same after the call, and keeps its dtype")
def standardize_leaves_x_alone(learner, rng):
    forms = in_every_form(PEOPLE)
    calls = learner.call_each("standardize", forms.values())
    for (y, after), (form, (x,)) in zip(calls, forms.items(), strict=True):
        with precondition():
            assert_close(y, by_deviation(x), f"y of {form}", **tolerance(x))
        assert_unchanged(after, (x,), "x")
