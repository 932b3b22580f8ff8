"""Public checks of `moments`."""

import numpy as np

from ..testing.assertions import assert_close, precondition, unpack
from ..testing.inputs import BIG_EPS, features, statistics
from ..testing.properties import property_of


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
    return np.array(y)


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


@property_of("batch_moments", "float32 numbers around 4000 keep their variance")
def float32_far_from_zero(learner, rng):
    x = (rng.normal(size=(50, 2)) + 4e3).astype(np.float32)
    assert_close(learner.batch_moments(x), truth(x), "mean, var", rtol=1e-2)


@property_of("batch_moments", "a thousand half-precision numbers have the right mean and variance")
def many_float16_numbers(learner, rng):
    x = (rng.normal(size=(1000, 2)) * 20 + 400).astype(np.float16)
    assert_close(learner.batch_moments(x), truth(x), "mean, var", rtol=5e-3)


@property_of("batch_moments", "x is the same after the call")
def batch_moments_leaves_x_alone(learner, rng):
    x = features(rng, n=6, d=4)
    held = learner.hold(x)
    with precondition():
        assert_close(learner.batch_moments(held), truth(x), "mean, var")
    assert_close(held.fetch(), x, "x after the call")


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


@property_of("normalize", "x, mean and var are the same after the call")
def normalize_leaves_its_arguments_alone(learner, rng):
    given = (features(rng, n=6, d=4), *statistics(rng, d=4))
    held = [learner.hold(each) for each in given]
    with precondition():
        assert_close(learner.normalize(*held, 0.1), normalized(*given, 0.1), "y")
    for after, before, name in zip(held, given, ("x", "mean", "var"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")
