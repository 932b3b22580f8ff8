"""Hidden tests of `scaling`: each feature by its range, and by its mean and deviation."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, assert_unchanged
from bnlab.kit.testing.inputs import around_no_half, batches, features, in_every_form, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import tolerance

SHAPES = ((1, 4), (3, 1), (4, 4), (5, 3), (67, 2))
"""One row, one feature, as many rows as features, and many rows."""


def by_range(x):
    """Each column mapped onto [0, 1] by torch, a constant one onto 0; in the dtype of x."""
    wide = tensor(x).double()
    low, high = wide.amin(0), wide.amax(0)
    y = torch.where(high > low, (wide - low) / (high - low), 0.0)
    return y.numpy().astype(x.dtype)


def by_deviation(x):
    """Each column with mean 0 and deviation 1 by torch, a constant one 0; in the dtype of x."""
    wide = tensor(x).double()
    sd, mean = torch.std_mean(wide, dim=0, correction=0)
    y = torch.where(wide.amax(0) > wide.amin(0), (wide - mean) / sd, 0.0)
    return y.numpy().astype(x.dtype)


def with_constants(rng):
    """A batch in which two of five columns are constant; their mean is exact."""
    x = features(rng)
    x[:, 1], x[:, 3] = -2.5, 0.0
    return x


def almost_constant(rng, n=7):
    """A batch (n, n + 1): all values of a column are equal but one, at another place in each.

    The last column is constant.
    """
    x = np.tile(rng.integers(-3, 4, size=n + 1).astype(np.float64), (n, 1))
    x[:, :n] += np.diag(rng.uniform(0.5, 2.0, size=n))
    return x


def tiny_units(rng):
    """Two batches: features that hardly differ from 1000, and features in ever smaller units."""
    x = features(rng, d=6) * [1e-6, 1e-9, 1e-13, 1e-20, 1e-50, 1e-100]
    return 1000 + rng.normal(size=(7, 2)) * [1e-6, 1e-7], x


@property_of("min_max_scale", "the largest value of each feature (column) becomes 1")
def largest_value_becomes_one(learner, rng):
    x = features(rng)
    x -= x.min(axis=0)
    assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of(
    "min_max_scale", "the smallest value becomes 0, also where a feature is never near zero"
)
def smallest_value_becomes_zero(learner, rng):
    x = features(rng) + rng.choice([-20.0, 20.0], size=5)
    assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of("min_max_scale", "a constant feature becomes 0, and one other value makes a range")
def constant_feature_has_no_range(learner, rng):
    given = with_constants(rng), almost_constant(rng)
    for (y, _), x in zip(learner.call_each("min_max_scale", zip(given)), given, strict=True):
        assert_close(y, by_range(x), "y")


@property_of("min_max_scale", "a feature in tiny units fills the range as well as any other")
def tiny_range_is_a_range(learner, rng):
    given = tiny_units(rng)
    for (y, _), x in zip(learner.call_each("min_max_scale", zip(given)), given, strict=True):
        assert_close(y, by_range(x), "y", rtol=1e-6, atol=1e-6)


@property_of("min_max_scale", "any number of rows and of features works, one of either as well")
def range_of_any_shape(learner, rng):
    given = batches(rng, SHAPES)
    for (y, after), x in zip(learner.call_each("min_max_scale", zip(given)), given, strict=True):
        assert_close(y, by_range(x), "y")
        assert_unchanged(after, (x,), "x")


@property_of(
    "min_max_scale", "the batch is left as it was, and its dtype is kept, in every memory order"
)
def range_leaves_the_batch_alone(learner, rng):
    forms = in_every_form(features(rng))
    forms["large float16"] = ((features(rng) * 300).astype(np.float16),)
    calls = learner.call_each("min_max_scale", forms.values())
    for (y, after), (form, (x,)) in zip(calls, forms.items(), strict=True):
        assert_close(y, by_range(x), f"y of {form}", **tolerance(x))
        assert_unchanged(after, (x,), "x")


@property_of("standardize", "each feature (column) gets mean 0 and standard deviation 1")
def each_feature_is_standardized(learner, rng):
    x = features(rng)
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "two different rows become -1 and 1: the deviation divides by N")
def two_rows_become_minus_one_and_one(learner, rng):
    x = features(rng, n=2)
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "the unit of a feature does not matter, however small its numbers are")
def units_do_not_matter(learner, rng):
    given = tiny_units(rng)
    for (y, _), x in zip(learner.call_each("standardize", zip(given)), given, strict=True):
        assert_close(y, by_deviation(x), "y", rtol=1e-3, atol=1e-3)


@property_of("standardize", "a constant feature becomes 0, and one other value makes a deviation")
def constant_feature_has_no_deviation(learner, rng):
    given = with_constants(rng), almost_constant(rng)
    for (y, _), x in zip(learner.call_each("standardize", zip(given)), given, strict=True):
        assert_close(y, by_deviation(x), "y")


@property_of("standardize", "a constant feature becomes 0 even where rounding moves its mean")
def rounded_mean_makes_no_deviation(learner, rng):
    x = features(rng, n=7, d=17)
    x[:, 1:] = rng.uniform(0.1, 0.9, size=16)
    given = x, x.astype(np.float32), x.astype(np.float16)
    for (y, _), x in zip(learner.call_each("standardize", zip(given)), given, strict=True):
        assert_close(y, by_deviation(x), f"y in {x.dtype}", **tolerance(x))


@property_of("standardize", "data far from zero are standardized as well, in float32 and float64")
def deviation_survives_a_large_mean(learner, rng):
    x = rng.normal(size=(64, 3)) * [0.5, 1.0, 2.0]
    given = (x + 3e3).astype(np.float32), x + 1e8
    for (y, _), x in zip(learner.call_each("standardize", zip(given)), given, strict=True):
        assert_close(y, by_deviation(x), f"y in {x.dtype}", rtol=1e-2, atol=1e-2)


@property_of("standardize", "half precision has its deviation in float32, and the result is half")
def half_precision_has_a_wide_deviation(learner, rng):
    x = rng.normal(size=(600, 3)) * [500.0, 100.0, 1e-4] + [300.0, 0.0, 0.0]
    x = np.column_stack([x, around_no_half(rng, 600)]).astype(np.float16)
    assert_close(learner.standardize(x), by_deviation(x), "y", **tolerance(x))


@property_of("standardize", "any number of rows and of features works, one of either as well")
def deviation_of_any_shape(learner, rng):
    given = batches(rng, SHAPES)
    for (y, after), x in zip(learner.call_each("standardize", zip(given)), given, strict=True):
        assert_close(y, by_deviation(x), "y")
        assert_unchanged(after, (x,), "x")


@property_of(
    "standardize", "the batch is left as it was, and its dtype is kept, in every memory order"
)
def deviation_leaves_the_batch_alone(learner, rng):
    forms = in_every_form(features(rng))
    calls = learner.call_each("standardize", forms.values())
    for (y, after), (form, (x,)) in zip(calls, forms.items(), strict=True):
        assert_close(y, by_deviation(x), f"y of {form}", **tolerance(x))
        assert_unchanged(after, (x,), "x")
