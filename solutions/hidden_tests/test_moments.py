"""Hidden tests of `moments`: the mean and the biased variance of each feature, and their use."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, assert_unchanged, unpack
from bnlab.kit.testing.inputs import (
    BIG_EPS,
    around_no_half,
    batches,
    features,
    in_every_form,
    statistics,
    tensor,
)
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION, tolerance

SHAPES = ((1, 1), (3, 1), (5, 5), (6, 2), (67, 2))
"""One row, one feature, as many rows as features, and many rows."""


def truth(x):
    """Mean and biased variance from torch, computed in float64, in the dtype of x."""
    var, mean = torch.var_mean(tensor(x).double(), dim=0, correction=0)
    return mean.numpy().astype(x.dtype), var.numpy().astype(x.dtype)


def normalized(x, mean, var, eps):
    """The batch less the given mean, over the root of the given variance and eps, by torch."""
    wide = (tensor(each).double() for each in (x, mean, var))
    return torch.nn.functional.batch_norm(*wide, eps=eps).numpy().astype(x.dtype)


@property_of("batch_moments", "each feature (column) has a mean of its own")
def mean_of_each_feature(learner, rng):
    x = features(rng, n=4, d=3)
    mean, _ = unpack(learner.batch_moments(x), "mean, var")
    assert_close(mean, truth(x)[0], "mean")


@property_of("batch_moments", "the variance is the mean square of the deviations, divided by N")
def variance_divides_by_n(learner, rng):
    x = features(rng, n=4, d=3)
    _, var = unpack(learner.batch_moments(x), "mean, var")
    assert_close(var, truth(x)[1], "var")


@property_of(
    "batch_moments", "a constant feature, and every feature of a single row, has variance 0"
)
def one_row_has_no_variance(learner, rng):
    x = features(rng)
    x[:, 2] = 1.25
    batch, row = learner.call_each("batch_moments", [(x,), (x[:1],)])
    assert_close(batch.result, truth(x), "mean, var")
    assert_close(row.result, truth(x[:1]), "mean, var of one row")


@property_of("batch_moments", "data far from zero keep their variance, in float32 and in float64")
def variance_survives_a_large_mean(learner, rng):
    x = rng.normal(size=(64, 5)) * np.geomspace(0.3, 2.0, 5)
    given = (x + 3e3).astype(np.float32), x + 1e8
    for (result, _), x in zip(learner.call_each("batch_moments", zip(given)), given, strict=True):
        mean, var = unpack(result, "mean, var")
        assert_close(mean, truth(x)[0], "mean", rtol=LOW_PRECISION["float32"])
        assert_close(var, truth(x)[1], "var", rtol=1e-2)


@property_of(
    "batch_moments", "half precision is summed and squared in float32, and the result is half again"
)
def half_precision_is_summed_wide(learner, rng):
    x = rng.normal(size=(600, 4)) * [40.0, 40.0, 40.0, 180.0] + 300
    x = np.column_stack([x, around_no_half(rng, 600)]).astype(np.float16)
    mean, var = unpack(learner.batch_moments(x), "mean, var")
    assert_close(mean, truth(x)[0], "mean", rtol=LOW_PRECISION["float16"])
    assert_close(var, truth(x)[1], "var", rtol=LOW_PRECISION["float16"])


@property_of("batch_moments", "any number of rows and of features works, one of either as well")
def moments_of_any_shape(learner, rng):
    # The mean and the median of the last one differ.
    given = [*batches(rng, SHAPES), rng.exponential(size=(150, 2))]
    calls = learner.call_each("batch_moments", zip(given))
    for (result, after), x in zip(calls, given, strict=True):
        assert_close(result, truth(x), "mean, var")
        assert_unchanged(after, (x,), "x")


@property_of(
    "batch_moments", "the batch is left as it was, and its dtype is kept, in every memory order"
)
def batch_is_left_alone(learner, rng):
    forms = in_every_form(features(rng))
    calls = learner.call_each("batch_moments", forms.values())
    for (result, after), (form, (x,)) in zip(calls, forms.items(), strict=True):
        assert_close(result, truth(x), f"mean, var of {form}", **tolerance(x))
        assert_unchanged(after, (x,), "x")


@property_of(
    "normalize", "the given mean is taken off, and the result divided by the given deviation"
)
def normalizes_with_the_given_statistics(learner, rng):
    x, (mean, var) = features(rng), statistics(rng)
    assert_close(learner.normalize(x, mean, var, 0.0), normalized(x, mean, var, 0.0), "y")


@property_of("normalize", "eps is added to the variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    x, (mean, var) = features(rng), statistics(rng)
    y = learner.normalize(x, mean, var, eps=BIG_EPS)
    assert_close(y, normalized(x, mean, var, BIG_EPS), "y")


@property_of("normalize", "eps counts where the variance is zero or tiny")
def eps_counts_most_where_variance_is_tiny(learner, rng):
    x, (mean, _) = features(rng), statistics(rng)
    var = np.array([0.0, 0.01, 0.1, 0.2, 1.0])
    assert_close(learner.normalize(x, mean, var, 0.1), normalized(x, mean, var, 0.1), "y")


@property_of("normalize", "eps is 1e-5 where it is not given")
def default_eps(learner, rng):
    x, (mean, _) = features(rng), statistics(rng)
    var = np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    assert_close(learner.normalize(x, mean, var), normalized(x, mean, var, 1e-5), "y")


@property_of(
    "normalize",
    "a row by itself gives what it gives in the batch, whatever the number of rows and features",
)
def rows_do_not_depend_on_each_other(learner, rng):
    given = []
    for x in batches(rng, SHAPES):
        arguments = *statistics(rng, d=x.shape[1]), 0.1
        given += [(x, *arguments), (x[-1:], *arguments)]
    for (y, after), arguments in zip(learner.call_each("normalize", given), given, strict=True):
        assert_close(y, normalized(*arguments), "y")
        assert_unchanged(after, arguments, "x, mean, var")


@property_of(
    "normalize",
    "the batch and the statistics are left as they were, and the dtype is kept, in every "
    "memory order",
)
def arguments_are_left_alone(learner, rng):
    forms = in_every_form(features(rng), *statistics(rng))
    calls = learner.call_each("normalize", forms.values(), eps=0.1)
    for (y, after), (form, given) in zip(calls, forms.items(), strict=True):
        assert_close(y, normalized(*given, 0.1), f"y of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "x, mean, var")
