"""Public checks of `scaling`."""

import numpy as np

from ..testing.assertions import assert_close
from ..testing.properties import property_of

PEOPLE = np.array([[1.5, 60.0, -4.0], [1.9, 90.0, 2.0], [1.6, 75.0, -7.0], [1.8, 54.0, 1.0]])
"""Height in metres, weight in kilograms, balance in thousands: columns of different scales."""


def by_range(x):
    """Return the expected result, column by column."""
    y = np.zeros(x.shape)
    for i, column in enumerate(x.T.tolist()):
        low, high = min(column), max(column)
        y[:, i] = [(value - low) / (high - low) if high > low else 0.0 for value in column]
    return y


def by_deviation(x):
    """Return the expected result, column by column."""
    y = np.zeros(x.shape)
    for i, column in enumerate(x.T.tolist()):
        if min(column) < max(column):
            mean = sum(column) / len(column)
            sd = (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
            y[:, i] = [(value - mean) / sd for value in column]
    return y


@property_of("min_max_scale", "each column runs from 0 to 1")
def each_column_runs_from_zero_to_one(learner, rng):
    assert_close(learner.min_max_scale(PEOPLE), by_range(PEOPLE), "y")


@property_of("min_max_scale", "a column of equal numbers becomes 0")
def equal_numbers_have_no_range(learner, rng):
    x = np.c_[PEOPLE, np.full(4, 3.0)]
    assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of("min_max_scale", "a column of tiny numbers runs from 0 to 1, too")
def tiny_numbers_have_a_range(learner, rng):
    x = PEOPLE * 1e-7
    assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of("min_max_scale", "x is the same after the call, and float32 stays float32")
def min_max_scale_leaves_x_alone(learner, rng):
    x = PEOPLE.astype(np.float32)
    held = learner.hold(x)
    y = learner.min_max_scale(held)
    assert_close(y, by_range(x).astype(np.float32), "y", rtol=1e-4, atol=1e-5)
    assert_close(held.fetch(), x, "x after the call")


@property_of("standardize", "each column has mean 0 and standard deviation 1, dividing by N")
def each_column_is_standardized(learner, rng):
    assert_close(learner.standardize(PEOPLE), by_deviation(PEOPLE), "y")


@property_of("standardize", "metres or micrometres, the result is the same")
def the_unit_does_not_matter(learner, rng):
    x = PEOPLE * 1e-7
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "a column of equal numbers becomes 0, whatever the number")
def equal_numbers_have_no_deviation(learner, rng):
    # The rounded mean of ten 0.1 is not 0.1.
    x = np.tile([[0.1, 1.0, 0.7], [0.1, 2.0, 0.7]], (5, 1))
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "float32 numbers around 4000 are standardized as well")
def far_from_zero(learner, rng):
    x = (rng.normal(size=(50, 2)) + 4e3).astype(np.float32)
    want = by_deviation(x).astype(np.float32)
    assert_close(learner.standardize(x), want, "y", rtol=1e-2, atol=1e-2)


@property_of("standardize", "x is the same after the call, and float32 stays float32")
def standardize_leaves_x_alone(learner, rng):
    x = PEOPLE.astype(np.float32)
    held = learner.hold(x)
    y = learner.standardize(held)
    assert_close(y, by_deviation(x).astype(np.float32), "y", rtol=1e-4, atol=1e-5)
    assert_close(held.fetch(), x, "x after the call")
