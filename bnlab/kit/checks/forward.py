"""Public checks of `forward`."""

import numpy as np

from ..testing.assertions import (
    assert_at_least_as_wide,
    assert_close,
    assert_true,
    assert_unchanged,
    describe,
    precondition,
    unpack,
)
from ..testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    batches,
    features,
    in_every_form,
    one_change_at_a_time,
    statistics,
)
from ..testing.properties import property_of
from ..testing.tolerances import tolerance

SHAPES = ((1, 1), (1, 4), (4, 1), (3, 3), (7, 2), (83, 1))
"""One row, one feature, as many rows as features, and many rows."""

CACHE = "xhat, weight, rstd"


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


def compare(result, x, weight, bias, eps, of):
    """Compare the output, in the dtype of x, and the cache, in this dtype or a wider one."""
    y, cache = unpack(result, "y, cache")
    close = tolerance(x)
    want, xhat, rstd = truth(x, weight, bias, eps)
    cached = zip(unpack(cache, CACHE), (xhat, weight, rstd), CACHE.split(", "), strict=True)
    for one, other, name in cached:
        assert_at_least_as_wide(one, other, x, f"{name} of {of}", **close)
    assert_close(y, want.astype(x.dtype), f"y of {of}", **close)


@property_of(
    "batch_norm", "each feature is normalized, scaled by its weight and shifted by its bias"
)
def normalizes_scales_and_shifts(learner, rng):
    x, (weight, bias) = features(rng, n=6, d=4), affine(rng, d=4)
    y, _ = unpack(learner.batch_norm(x, weight, bias, BIG_EPS), "y, cache")
    assert_close(y, truth(x, weight, bias, BIG_EPS)[0], "y")


@property_of(
    "batch_norm",
    "-1 and 1 in turn, with one change at a time: scaled, shifted, weight and bias, an eps",
)
def one_change_of_plain_numbers(learner, rng):
    cases = one_change_at_a_time(rng, 4, 4)
    calls = learner.call_each("batch_norm", cases.values())
    for call, (name, args) in zip(calls, cases.items(), strict=True):
        y, _ = unpack(call.result, "y, cache")
        assert_close(y, truth(*args)[0], f"y of {name}")


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
    compare(learner.batch_norm(x, weight, bias, 0.1), x, weight, bias, 0.1, "x")


@property_of("batch_norm", "eps = 0 is an eps like any other")
def eps_may_be_zero(learner, rng):
    x, (weight, bias) = features(rng, n=6, d=4), affine(rng, d=4)
    y, _ = unpack(learner.batch_norm(x, weight, bias, eps=0.0), "y, cache")
    assert_close(y, truth(x, weight, bias, 0.0)[0], "y")


@property_of("batch_norm", "float32 around 4000, float64 around 3e8, a thousand float16: all right")
def narrow_and_far_numbers(learner, rng):
    weight, bias = np.array([2.0, -1.0]), np.array([0.5, 3.0])
    spread = rng.normal(size=(50, 2)) * 2
    many = (rng.normal(size=(1000, 2)) * [20.0, 600.0] + 400).astype(np.float16)
    between = np.c_[around_no_half(rng, 50), spread[:, 0]].astype(np.float16)
    for x in ((spread + 4e3).astype(np.float32), spread + 3e8, many, between):
        args = weight.astype(x.dtype), bias.astype(x.dtype), 0.1
        y, _ = unpack(learner.batch_norm(x, *args), "y, cache")
        want = truth(x, *args)[0].astype(x.dtype)
        assert_close(y, want, f"y in {x.dtype}", rtol=2e-2, atol=5e-2)


@property_of("batch_norm", "one row or one feature works; the output of one row is the bias")
def any_shape_is_normalized(learner, rng):
    for x in batches(rng, SHAPES):
        given = (x, *affine(rng, x.shape[1]), 0.1)
        compare(learner.batch_norm(*given), *given, f"shape {x.shape}")


@property_of(
    "batch_norm",
    "x, weight and bias are the same after the call, y has the dtype of x, the cache is as wide",
)
def batch_norm_leaves_its_arguments_alone(learner, rng):
    forms = in_every_form(features(rng, n=6, d=4), *affine(rng, d=4))
    calls = learner.call_each("batch_norm", forms.values(), eps=0.1)
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        with precondition():
            compare(result, *given, 0.1, form)
        assert_unchanged(after, given, "x, weight, bias")


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


@property_of("identity_parameters", "eps = 0 is an eps like any other")
def identity_with_eps_zero(learner, rng):
    mean, var = statistics(rng, d=4)
    result = learner.identity_parameters(mean, var, eps=0.0)
    assert_close(result, (var**0.5, mean), "weight, bias")


@property_of(
    "identity_parameters",
    "mean and var are the same after the call; the weight has the dtype of var, the bias of mean",
)
def identity_leaves_its_arguments_alone(learner, rng):
    mean, var = statistics(rng, d=4)
    forms = in_every_form(mean, var)
    forms["float64 and float32"] = mean, var.astype(np.float32)
    forms["float32 and float64"] = mean.astype(np.float32), var
    forms["one feature"] = mean[:1], var[:1]
    calls = learner.call_each("identity_parameters", forms.values(), eps=0.1)
    for (result, after), (form, (mean, var)) in zip(calls, forms.items(), strict=True):
        weight, bias = unpack(result, "weight, bias")
        want = (var.astype(np.float64) + 0.1) ** 0.5
        with precondition():
            assert_close(weight, want.astype(var.dtype), f"weight of {form}", **tolerance(var))
            assert_close(bias, mean, f"bias of {form}", **tolerance(mean))
        assert_unchanged(after, (mean, var), "mean, var")
