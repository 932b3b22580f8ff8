"""Public checks of `forward`."""

import numpy as np

from ..testing.assertions import assert_close, assert_true, describe, precondition, unpack
from ..testing.inputs import BIG_EPS, affine, features, statistics
from ..testing.properties import property_of


def truth(x, weight, bias, eps):
    """Return output, normalized batch (n, d) and 1 / sqrt(var + eps) (d,), column by column."""
    y, xhat, rstd = np.zeros(x.shape), np.zeros(x.shape), np.zeros(x.shape[1])
    for j, column in enumerate(x.T.tolist()):
        mean = sum(column) / len(column)
        var = sum((value - mean) ** 2 for value in column) / len(column)
        rstd[j] = (var + eps) ** -0.5
        xhat[:, j] = [(value - mean) * rstd[j] for value in column]
        y[:, j] = [weight[j] * value + bias[j] for value in xhat[:, j]]
    return y, xhat, rstd


@property_of(
    "batch_norm", "each feature is normalized, scaled by its weight and shifted by its bias"
)
def normalizes_scales_and_shifts(learner, rng):
    x, (weight, bias) = features(rng, n=6, d=4), affine(rng, d=4)
    y, _ = unpack(learner.batch_norm(x, weight, bias, BIG_EPS), "y, cache")
    assert_close(y, truth(x, weight, bias, BIG_EPS)[0], "y")


@property_of(
    "batch_norm", "a constant feature becomes its bias, and eps is 1e-5 where it is not given"
)
def a_constant_feature_becomes_its_bias(learner, rng):
    x = np.array([[4.0, 1.00, 7.0], [4.0, 1.02, 8.0], [4.0, 1.01, 3.0]])
    weight, bias = np.array([3.0, -1.0, 0.5]), np.array([0.25, 2.0, -1.0])
    y, _ = unpack(learner.batch_norm(x, weight, bias), "y, cache")
    assert_close(y, truth(x, weight, bias, 1e-5)[0], "y")


@property_of("batch_norm", "the cache is (xhat, weight, rstd), with rstd = 1 / sqrt(var + eps)")
def the_cache_is_three_arrays(learner, rng):
    x, (weight, bias) = features(rng, n=6, d=4), affine(rng, d=4)
    y, cache = unpack(learner.batch_norm(x, weight, bias, 0.1), "y, cache")
    want, xhat, rstd = truth(x, weight, bias, 0.1)
    assert_close(cache, (xhat, weight, rstd), "cache")
    assert_close(y, want, "y")


@property_of("batch_norm", "float32 numbers around 4000, and a thousand of float16, come out right")
def narrow_numbers(learner, rng):
    weight, bias = np.array([2.0, -1.0]), np.array([0.5, 3.0])
    far = (rng.normal(size=(50, 2)) * 2 + 4e3).astype(np.float32)
    many = (rng.normal(size=(1000, 2)) * 20 + 400).astype(np.float16)
    for x in (far, many):
        args = weight.astype(x.dtype), bias.astype(x.dtype), 0.1
        y, _ = unpack(learner.batch_norm(x, *args), "y, cache")
        want = truth(x, *args)[0].astype(x.dtype)
        assert_close(y, want, f"y in {x.dtype}", rtol=2e-2, atol=5e-2)


@property_of("batch_norm", "x, weight and bias are the same after the call")
def batch_norm_leaves_its_arguments_alone(learner, rng):
    given = (features(rng, n=6, d=4), *affine(rng, d=4))
    held = [learner.hold(each) for each in given]
    y, _ = unpack(learner.batch_norm(*held, 0.1), "y, cache")
    with precondition():
        assert_close(y, truth(*given, 0.1)[0], "y")
    for after, before, name in zip(held, given, ("x", "weight", "bias"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")


@property_of("identity_parameters", "weight * xhat + bias is the batch that was normalized")
def the_batch_comes_back(learner, rng):
    x = features(rng, n=6, d=4)
    _, xhat, rstd = truth(x, np.ones(4), np.zeros(4), BIG_EPS)
    result = learner.identity_parameters(x.mean(axis=0), rstd**-2 - BIG_EPS, BIG_EPS)
    weight, bias = unpack(result, "weight, bias")
    for each, name in ((weight, "weight"), (bias, "bias")):
        vector = isinstance(each, np.ndarray) and each.shape == (4,)
        assert_true(
            vector, name, f"is {describe(each)}, expected a NumPy array of shape (4,).", each
        )
    assert_close(weight * xhat + bias, x, "weight * xhat + bias")


@property_of(
    "identity_parameters", "eps is 1e-5 where it is not given, and counts at variance 0, too"
)
def identity_has_a_default_eps(learner, rng):
    mean, var = np.array([2.0, -3.0, 0.5]), np.array([0.0, 1e-5, 1.0])
    weight, bias = unpack(learner.identity_parameters(mean, var), "weight, bias")
    assert_close(bias, mean, "bias")
    assert_close(weight, np.array([(value + 1e-5) ** 0.5 for value in var]), "weight")


@property_of("identity_parameters", "mean and var are the same after the call")
def identity_leaves_its_arguments_alone(learner, rng):
    mean, var = statistics(rng, d=4)
    held = [learner.hold(each) for each in (mean, var)]
    result = learner.identity_parameters(*held, 0.1)
    with precondition():
        assert_close(result, ((var + 0.1) ** 0.5, mean), "weight, bias")
    for after, before, name in zip(held, (mean, var), ("mean", "var"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")
