"""Hidden tests of `moments`: the mean and the biased variance of each feature, and their use."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, unpack
from bnlab.kit.testing.inputs import BIG_EPS, features, statistics, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION


def truth(x):
    """Mean and biased variance from torch, computed in float64, in the dtype of x."""
    var, mean = torch.var_mean(tensor(x).double(), dim=0, correction=0)
    return mean.numpy().astype(x.dtype), var.numpy().astype(x.dtype)


def normalized(x, mean, var, eps):
    """The batch less the given mean, over the root of the given variance and eps, by torch."""
    y = torch.nn.functional.batch_norm(tensor(x), tensor(mean), tensor(var), eps=eps)
    return y.numpy()


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
    assert_close(learner.batch_moments(x), truth(x), "mean, var")
    assert_close(learner.batch_moments(x[:1]), truth(x[:1]), "mean, var of one row")


@property_of("batch_moments", "float32 data far from zero keep their variance")
def variance_survives_a_large_mean(learner, rng):
    x = (rng.normal(size=(64, 5)) * np.geomspace(0.3, 2.0, 5) + 3e3).astype(np.float32)
    mean, var = unpack(learner.batch_moments(x), "mean, var")
    assert_close(mean, truth(x)[0], "mean", rtol=LOW_PRECISION["float32"])
    assert_close(var, truth(x)[1], "var", rtol=1e-2)


@property_of("batch_moments", "half precision is summed in float32, and the result is half again")
def half_precision_is_summed_wide(learner, rng):
    x = (rng.normal(size=(600, 3)) * 40 + 300).astype(np.float16)
    mean, var = unpack(learner.batch_moments(x), "mean, var")
    assert_close(mean, truth(x)[0], "mean", rtol=LOW_PRECISION["float16"])
    assert_close(var, truth(x)[1], "var", rtol=LOW_PRECISION["float16"])


@property_of("batch_moments", "the batch is left as it was")
def batch_is_left_alone(learner, rng):
    x = features(rng)
    held = learner.hold(x)
    assert_close(learner.batch_moments(held), truth(x), "mean, var")
    assert_close(held.fetch(), x, "x after the call")


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


@property_of("normalize", "half precision comes back as half precision")
def half_precision_stays_half(learner, rng):
    x, *given = (each.astype(np.float16) for each in (features(rng), *statistics(rng)))
    want = normalized(*(each.astype(np.float64) for each in (x, *given)), BIG_EPS)
    assert_close(
        learner.normalize(x, *given, BIG_EPS), want.astype(np.float16), "y", rtol=1e-2, atol=2e-2
    )


@property_of("normalize", "a row by itself gives what it gives in the batch")
def rows_do_not_depend_on_each_other(learner, rng):
    x, (mean, var) = features(rng), statistics(rng)
    row = x[3:4]
    assert_close(
        learner.normalize(row, mean, var, 0.1), normalized(row, mean, var, 0.1), "y of one row"
    )


@property_of(
    "normalize", "the batch and the statistics are left as they were, and the dtype is kept"
)
def arguments_are_left_alone(learner, rng):
    given = [each.astype(np.float32) for each in (features(rng), *statistics(rng))]
    held = [learner.hold(each) for each in given]
    y = learner.normalize(*held, 0.1)
    assert_close(y, normalized(*given, 0.1), "y", rtol=LOW_PRECISION["float32"], atol=1e-5)
    for after, before, name in zip(held, given, ("x", "mean", "var"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")
