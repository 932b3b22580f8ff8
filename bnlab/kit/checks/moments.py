"""Public checks of `moments`."""

import numpy as np

from ..testing.assertions import assert_close, assert_unchanged, precondition, unpack
from ..testing.inputs import (
    BIG_EPS,
    around_no_half,
    batches,
    features,
    in_every_form,
    statistics,
)
from ..testing.properties import property_of
from ..testing.tolerances import tolerance

SHAPES = ((1, 1), (1, 3), (4, 1), (3, 3), (2, 6), (8, 2), (83, 1))
"""One row, one feature, as many rows as features, and many rows."""


def truth(x):
    """Return mean and biased variance (d,), column by column."""
    columns = x.T.tolist()
    means = [sum(column) / len(column) for column in columns]
    variances = [
        sum((value - mean) ** 2 for value in column) / len(column)
        for column, mean in zip(columns, means, strict=True)
    ]
    return np.array(means).astype(x.dtype), np.array(variances).astype(x.dtype)


def normalized(x, mean, var, eps):
    """Return the normalized batch (n, d), number by number."""
    y = [
        [(value - m) / (v + eps) ** 0.5 for value, m, v in zip(row, mean, var, strict=True)]
        for row in x.tolist()
    ]
    return np.array(y).astype(x.dtype)


@property_of("batch_moments", "one mean per feature, over the rows")
def one_mean_per_feature(learner, rng):
    x = features(rng, n=6, d=4)
    mean, _ = unpack(learner.batch_moments(x), "mean, var")
    assert_close(mean, truth(x)[0], "mean")


@property_of("batch_moments", "one variance per feature, divided by N")
def one_variance_per_feature(learner, rng):
    x = features(rng, n=6, d=4)
    _, var = unpack(learner.batch_moments(x), "mean, var")
    assert_close(var, truth(x)[1], "var")


@property_of("batch_moments", "numbers around 4000 in float32, and 3e8 in float64, keep a variance")
def far_from_zero(learner, rng):
    x = rng.normal(size=(50, 2))
    for each in ((x + 4e3).astype(np.float32), x + 3e8):
        result = learner.batch_moments(each)
        assert_close(result, truth(each), f"mean, var in {each.dtype}", rtol=1e-2)


@property_of("batch_moments", "a thousand half-precision numbers have the right mean and variance")
def many_float16_numbers(learner, rng):
    x = rng.normal(size=(1000, 2)) * [20.0, 200.0] + 400
    x = np.column_stack([x, around_no_half(rng, 1000)]).astype(np.float16)
    assert_close(learner.batch_moments(x), truth(x), "mean, var", rtol=5e-3)


@property_of("batch_moments", "one row or one feature works, and both results have the shape (D,)")
def moments_of_any_shape(learner, rng):
    # The mean and the median of the last one differ.
    for x in (*batches(rng, SHAPES), rng.exponential(size=(120, 1))):
        assert_close(learner.batch_moments(x), truth(x), "mean, var")


@property_of("batch_moments", "x is the same after the call, and its dtype is that of the results")
def batch_moments_leaves_x_alone(learner, rng):
    forms = in_every_form(features(rng, n=6, d=4))
    calls = learner.call_each("batch_moments", forms.values())
    for (result, after), (form, (x,)) in zip(calls, forms.items(), strict=True):
        with precondition():
            assert_close(result, truth(x), f"mean, var of {form}", **tolerance(x))
        assert_unchanged(after, (x,), "x")


@property_of("normalize", "x less the given mean, over the root of the given variance plus eps")
def normalizes(learner, rng):
    x, (mean, var) = features(rng, n=6, d=4), statistics(rng, d=4)
    y = learner.normalize(x, mean, var, BIG_EPS)
    assert_close(y, normalized(x, mean, var, BIG_EPS), "y")


@property_of("normalize", "eps is 1e-5 where it is not given")
def eps_has_a_default(learner, rng):
    x, mean = features(rng, n=6, d=4), np.zeros(4)
    var = np.array([0.0, 1e-5, 1e-3, 1.0])
    assert_close(learner.normalize(x, mean, var), normalized(x, mean, var, 1e-5), "y")


@property_of("normalize", "eps = 0 is an eps like any other")
def eps_may_be_zero(learner, rng):
    x, (mean, var) = features(rng, n=6, d=4), statistics(rng, d=4)
    assert_close(learner.normalize(x, mean, var, eps=0.0), normalized(x, mean, var, 0.0), "y")


@property_of("normalize", "one row or one feature works, and the result has the shape of x")
def normalizes_any_shape(learner, rng):
    for x in batches(rng, SHAPES):
        given = (x, *statistics(rng, d=x.shape[1]), 0.1)
        assert_close(learner.normalize(*given), normalized(*given), "y")


@property_of("normalize", "x, mean and var are the same after the call, and y has the dtype of x")
def normalize_leaves_its_arguments_alone(learner, rng):
    forms = in_every_form(features(rng, n=6, d=4), *statistics(rng, d=4))
    calls = learner.call_each("normalize", forms.values(), eps=0.1)
    for (y, after), (form, given) in zip(calls, forms.items(), strict=True):
        with precondition():
            assert_close(y, normalized(*given, 0.1), f"y of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "x, mean, var")
