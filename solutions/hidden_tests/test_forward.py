"""Hidden tests of `forward`: the output and its cache, and the weight and bias that undo it."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import (
    assert_at_least_as_wide,
    assert_close,
    assert_true,
    assert_unchanged,
    describe,
    unpack,
)
from bnlab.kit.testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    batches,
    features,
    in_every_form,
    one_change_at_a_time,
    statistics,
    tensor,
)
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import tolerance

SHAPES = ((1, 1), (1, 3), (3, 1), (5, 5), (6, 2), (67, 2))
"""One row, one feature, as many rows as features, and many rows."""

ONES, ZEROS = np.ones(5), np.zeros(5)
CACHE = "xhat, weight, rstd"


def cached(x, weight, eps):
    """The normalized batch, the weight and 1 / sqrt(var + eps), by torch, in float64."""
    x64 = tensor(x).double()
    var, mean = torch.var_mean(x64, dim=0, correction=0)
    rstd = torch.rsqrt(var + eps)
    return ((x64 - mean) * rstd).numpy(), weight.astype(np.float64), rstd.numpy()


def output(x, weight, bias, eps):
    """Batch norm in training by torch, computed in float64, in the dtype of x."""
    xhat, weight64, _ = cached(x, weight, eps)
    return (xhat * weight64 + bias).astype(x.dtype)


def compare(result, x, weight, bias, eps, of):
    """The output in the dtype of x, and a cache of this dtype or a wider one."""
    y, cache = unpack(result, "y, cache")
    close = tolerance(x)
    want = cached(x, weight, eps)
    for one, other, name in zip(unpack(cache, CACHE), want, CACHE.split(", "), strict=True):
        assert_at_least_as_wide(one, other, x, f"{name} of {of}", **close)
    assert_close(y, output(x, weight, bias, eps), f"y of {of}", **close)


def tiny_features(rng):
    """A batch with one constant feature, and others whose variance is about that of eps."""
    x = rng.normal(size=(7, 5)) * [0.0, 1e-3, 3e-3, 1e-2, 1.0]
    return x + rng.normal(size=5)


@property_of("batch_norm", "with weight 1 and bias 0, y is the normalized batch, and eps may be 0")
def plain_output_is_the_normalized_batch(learner, rng):
    x = features(rng, n=4)
    tiny, given_eps = learner.call_each(
        "batch_norm", [(x, ONES, ZEROS, each) for each in (1e-5, 0.0)]
    )
    y, _ = unpack(tiny.result, "y, cache")
    assert_close(y, output(x, ONES, ZEROS, 1e-5), "y")
    y, _ = unpack(given_eps.result, "y, cache")
    assert_close(y, output(x, ONES, ZEROS, 0.0), "y with eps = 0")


@property_of(
    "batch_norm", "each normalized feature is scaled by its weight, then shifted by its bias"
)
def weight_scales_and_bias_shifts(learner, rng):
    x, (weight, bias) = features(rng, n=4), affine(rng)
    y, _ = unpack(learner.batch_norm(x, weight, bias, 1e-5), "y, cache")
    assert_close(y, output(x, weight, bias, 1e-5), "y")


@property_of(
    "batch_norm",
    "-1 and 1 in turn, with one change at a time: scaled, shifted, weight and bias, an eps",
)
def one_change_of_plain_numbers(learner, rng):
    cases = one_change_at_a_time(rng, 4, 4)
    calls = learner.call_each("batch_norm", cases.values())
    for call, (name, args) in zip(calls, cases.items(), strict=True):
        y, _ = unpack(call.result, "y, cache")
        assert_close(y, output(*args), f"y of {name}")


@property_of("batch_norm", "eps is added to the variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    x, (weight, bias) = features(rng), affine(rng)
    y, _ = unpack(learner.batch_norm(x, weight, bias, eps=BIG_EPS), "y, cache")
    assert_close(y, output(x, weight, bias, BIG_EPS), "y")


@property_of(
    "batch_norm", "eps is 1e-5 where it is not given, and a constant feature becomes its bias"
)
def default_eps(learner, rng):
    x, (weight, bias) = tiny_features(rng), affine(rng)
    y, _ = unpack(learner.batch_norm(x, weight, bias), "y, cache")
    assert_close(y, output(x, weight, bias, 1e-5), "y")


@property_of("batch_norm", "the cache is the normalized batch, the weight and 1 / sqrt(var + eps)")
def cache_holds_what_backward_needs(learner, rng):
    x, (weight, bias) = features(rng), affine(rng)
    compare(learner.batch_norm(x, weight, bias, 0.1), x, weight, bias, 0.1, "x")


@property_of("batch_norm", "data far from zero are normalized as well, in float32 and in float64")
def output_survives_a_large_mean(learner, rng):
    x = rng.normal(size=(64, 5)) * np.linspace(1.0, 2.0, 5)
    learned = affine(rng)
    given = [
        ((x + 3e3).astype(np.float32), *(each.astype(np.float32) for each in learned), 0.1),
        (x + 1e8, *learned, 0.1),
    ]
    for (result, _), arguments in zip(learner.call_each("batch_norm", given), given, strict=True):
        y, _ = unpack(result, "y, cache")
        assert_close(y, output(*arguments), f"y in {y.dtype}", rtol=1e-2, atol=2e-2)


@property_of(
    "batch_norm", "half precision has its statistics in float32, and the output is half again"
)
def half_precision_has_wide_statistics(learner, rng):
    x = (rng.normal(size=(600, 5)) * [40.0, 40.0, 40.0, 120.0, 500.0] + 300).astype(np.float16)
    weight, bias = (each.astype(np.float16) for each in affine(rng))
    x[:, 0] = around_no_half(rng, 600)
    y, _ = unpack(learner.batch_norm(x, weight, bias, 0.1), "y, cache")
    assert_close(y, output(x, weight, bias, 0.1), "y", rtol=1e-2, atol=2e-2)


@property_of("batch_norm", "any number of rows and of features works, and a single row is the bias")
def output_of_any_shape(learner, rng):
    given = [(x, *affine(rng, x.shape[1])) for x in batches(rng, SHAPES)]
    calls = learner.call_each("batch_norm", given, eps=0.1)
    for (result, after), arguments in zip(calls, given, strict=True):
        compare(result, *arguments, 0.1, f"shape {arguments[0].shape}")
        assert_unchanged(after, arguments, "x, weight, bias")


@property_of(
    "batch_norm",
    "batch, weight and bias are left as they were, and y has the dtype of x, in every memory "
    "order; the cache has this dtype or a wider one",
)
def arguments_are_left_alone(learner, rng):
    forms = in_every_form(features(rng), *affine(rng))
    calls = learner.call_each("batch_norm", forms.values(), eps=0.1)
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        compare(result, *given, 0.1, form)
        assert_unchanged(after, given, "x, weight, bias")


@property_of(
    "identity_parameters", "with this weight and this bias, batch norm gives back its input"
)
def batch_comes_back(learner, rng):
    x = features(rng)
    var, mean = torch.var_mean(tensor(x), dim=0, correction=0)
    result = learner.identity_parameters(mean.numpy(), var.numpy(), BIG_EPS)
    weight, bias = unpack(result, "weight, bias")
    for each, name in ((weight, "weight"), (bias, "bias")):
        vector = isinstance(each, np.ndarray) and each.shape == (5,)
        assert_true(
            vector, name, f"is {describe(each)}, expected a NumPy array of shape (5,).", each
        )
    assert_close(weight * output(x, ONES, ZEROS, BIG_EPS) + bias, x, "the output")


@property_of("identity_parameters", "the bias puts back what normalization takes off")
def bias_puts_back(learner, rng):
    mean, var = statistics(rng)
    _, bias = unpack(learner.identity_parameters(mean, var, 0.1), "weight, bias")
    assert_close(bias, mean, "bias")


@property_of(
    "identity_parameters", "the weight undoes the division, with the eps of the normalization"
)
def weight_undoes_the_division(learner, rng):
    mean, var = statistics(rng)
    weight, _ = unpack(learner.identity_parameters(mean, var, eps=BIG_EPS), "weight, bias")
    assert_close(weight, (tensor(var) + BIG_EPS).sqrt().numpy(), "weight")


@property_of("identity_parameters", "eps is 1e-5 where it is not given, and may be 0")
def default_eps_is_undone(learner, rng):
    mean, _ = statistics(rng)
    var = np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    default, zero = learner.call_each("identity_parameters", [(mean, var), (mean, var + 1e-6, 0.0)])
    assert_close(default.result, ((tensor(var) + 1e-5).sqrt().numpy(), mean), "weight, bias")
    assert_close(zero.result, (np.sqrt(var + 1e-6), mean), "weight, bias with eps = 0")


@property_of(
    "identity_parameters",
    "the statistics are left as they were, each result has the dtype of its statistic, and one "
    "feature is enough",
)
def statistics_are_left_alone(learner, rng):
    mean, var = statistics(rng)
    forms = in_every_form(mean, var)
    forms["float32 and float64"] = mean.astype(np.float32), var
    forms["float64 and float32"] = mean, var.astype(np.float32)
    forms["one feature"] = statistics(rng, d=1)
    calls = learner.call_each("identity_parameters", forms.values(), eps=0.1)
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        weight, bias = unpack(result, "weight, bias")
        mean, var = given
        want = np.sqrt(var.astype(np.float64) + 0.1).astype(var.dtype)
        assert_close(weight, want, f"weight of {form}", **tolerance(var))
        assert_close(bias, mean, f"bias of {form}", **tolerance(mean))
        assert_unchanged(after, given, "mean, var")
