"""Hidden tests of `scaling`: each feature by its range, and by its mean and deviation."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close
from bnlab.kit.testing.inputs import features, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION


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


@property_of("min_max_scale", "a constant feature becomes 0")
def constant_feature_has_no_range(learner, rng):
    x = with_constants(rng)
    assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of("min_max_scale", "a feature in tiny units fills the range as well as any other")
def tiny_range_is_a_range(learner, rng):
    x = features(rng) * 1e-6
    assert_close(learner.min_max_scale(x), by_range(x), "y")


@property_of("min_max_scale", "the batch is left as it was, and its dtype is kept")
def range_leaves_the_batch_alone(learner, rng):
    x = features(rng).astype(np.float32)
    held = learner.hold(x)
    y = learner.min_max_scale(held)
    assert_close(y, by_range(x), "y", rtol=LOW_PRECISION["float32"], atol=1e-5)
    assert_close(held.fetch(), x, "x after the call")


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
    x = features(rng) * 1e-6
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "a constant feature becomes 0")
def constant_feature_has_no_deviation(learner, rng):
    x = with_constants(rng)
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "a constant feature becomes 0 even where rounding moves its mean")
def rounded_mean_makes_no_deviation(learner, rng):
    x = features(rng, n=7, d=17)
    x[:, 1:] = rng.uniform(0.1, 0.9, size=16)
    assert_close(learner.standardize(x), by_deviation(x), "y")


@property_of("standardize", "float32 data far from zero are standardized as well")
def deviation_survives_a_large_mean(learner, rng):
    x = (rng.normal(size=(64, 3)) * [0.5, 1.0, 2.0] + 3e3).astype(np.float32)
    assert_close(learner.standardize(x), by_deviation(x), "y", rtol=1e-2, atol=1e-2)


@property_of("standardize", "the batch is left as it was, and its dtype is kept")
def deviation_leaves_the_batch_alone(learner, rng):
    x = features(rng).astype(np.float32)
    held = learner.hold(x)
    y = learner.standardize(held)
    assert_close(y, by_deviation(x), "y", rtol=1e-3, atol=1e-3)
    assert_close(held.fetch(), x, "x after the call")
