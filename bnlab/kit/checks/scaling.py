"""Public checks of `scaling`."""

import numpy as np

from ..testing.agree import agree
from ..testing.properties import shows

PEOPLE = np.array([[1.5, 60.0, -4.0], [1.9, 90.0, 2.0], [1.6, 75.0, -7.0], [1.8, 54.0, 1.0]])
"""Height in metres, weight in kilograms, balance in thousands: units that do not mix."""


def by_range(x):
    """The truth, worked out one column at a time."""
    y = np.zeros(x.shape)
    for i, column in enumerate(x.T.tolist()):
        low, high = min(column), max(column)
        y[:, i] = [(value - low) / (high - low) if high > low else 0.0 for value in column]
    return y


def by_deviation(x):
    """The truth, worked out one column at a time."""
    y = np.zeros(x.shape)
    for i, column in enumerate(x.T.tolist()):
        if min(column) < max(column):
            mean = sum(column) / len(column)
            sd = (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
            y[:, i] = [(value - mean) / sd for value in column]
    return y


@shows("min_max_scale", "each column runs from 0 to 1")
def each_column_runs_from_zero_to_one(student, rng):
    agree(student.min_max_scale(PEOPLE), by_range(PEOPLE), "y")


@shows("min_max_scale", "a column of equal numbers becomes 0")
def equal_numbers_have_no_range(student, rng):
    x = np.c_[PEOPLE, np.full(4, 3.0)]
    agree(student.min_max_scale(x), by_range(x), "y")


@shows("min_max_scale", "a column of tiny numbers runs from 0 to 1, too")
def tiny_numbers_have_a_range(student, rng):
    x = PEOPLE * 1e-7
    agree(student.min_max_scale(x), by_range(x), "y")


@shows("min_max_scale", "x is the same after the call, and float32 stays float32")
def min_max_scale_leaves_x_alone(student, rng):
    x = PEOPLE.astype(np.float32)
    held = student.hold(x)
    y = student.min_max_scale(held)
    agree(y, by_range(x).astype(np.float32), "y", rtol=1e-4, atol=1e-5)
    agree(held.fetch(), x, "x after the call")


@shows("standardize", "each column has mean 0 and standard deviation 1, dividing by N")
def each_column_is_standardized(student, rng):
    agree(student.standardize(PEOPLE), by_deviation(PEOPLE), "y")


@shows("standardize", "metres or micrometres, the result is the same")
def the_unit_does_not_matter(student, rng):
    x = PEOPLE * 1e-7
    agree(student.standardize(x), by_deviation(x), "y")


@shows("standardize", "a column of equal numbers becomes 0, whatever the number")
def equal_numbers_have_no_deviation(student, rng):
    # The rounded mean of ten 0.1 is not 0.1.
    x = np.tile([[0.1, 1.0, 0.7], [0.1, 2.0, 0.7]], (5, 1))
    agree(student.standardize(x), by_deviation(x), "y")


@shows("standardize", "float32 numbers around 4000 are standardized as well")
def far_from_zero(student, rng):
    x = (rng.normal(size=(50, 2)) + 4e3).astype(np.float32)
    want = by_deviation(x).astype(np.float32)
    agree(student.standardize(x), want, "y", rtol=1e-2, atol=1e-2)


@shows("standardize", "x is the same after the call, and float32 stays float32")
def standardize_leaves_x_alone(student, rng):
    x = PEOPLE.astype(np.float32)
    held = student.hold(x)
    y = student.standardize(held)
    agree(y, by_deviation(x).astype(np.float32), "y", rtol=1e-4, atol=1e-5)
    agree(held.fetch(), x, "x after the call")
