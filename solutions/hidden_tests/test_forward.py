"""Hidden tests of `forward`: the output and its cache, and the weight and bias that undo it."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, assert_true, describe, unpack
from bnlab.kit.testing.inputs import BIG_EPS, affine, features, statistics, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION

ONES, ZEROS = np.ones(5), np.zeros(5)


def output(x, weight, bias, eps):
    """Batch norm in training by torch, computed in float64, in the dtype of x."""
    x64, weight64, bias64 = (tensor(each).double() for each in (x, weight, bias))
    y = torch.nn.functional.batch_norm(x64, None, None, weight64, bias64, training=True, eps=eps)
    return y.numpy().astype(x.dtype)


def cached(x, weight, eps):
    """The normalized batch, the weight and 1 / sqrt(var + eps), by torch."""
    var = torch.var(tensor(x), dim=0, correction=0)
    return output(x, ONES, ZEROS, eps), weight, torch.rsqrt(var + eps).numpy()


def tiny_features(rng):
    """A batch with one constant feature, and others whose variance is about that of eps."""
    x = rng.normal(size=(7, 5)) * [0.0, 1e-3, 3e-3, 1e-2, 1.0]
    return x + rng.normal(size=5)


@property_of("batch_norm", "with weight 1 and bias 0, y is the normalized batch")
def plain_output_is_the_normalized_batch(learner, rng):
    x = features(rng, n=4)
    y, _ = unpack(learner.batch_norm(x, ONES, ZEROS, 1e-5), "y, cache")
    assert_close(y, output(x, ONES, ZEROS, 1e-5), "y")


@property_of(
    "batch_norm", "each normalized feature is scaled by its weight, then shifted by its bias"
)
def weight_scales_and_bias_shifts(learner, rng):
    x, (weight, bias) = features(rng, n=4), affine(rng)
    y, _ = unpack(learner.batch_norm(x, weight, bias, 1e-5), "y, cache")
    assert_close(y, output(x, weight, bias, 1e-5), "y")


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
    y, cache = unpack(learner.batch_norm(x, weight, bias, 0.1), "y, cache")
    assert_close(cache, cached(x, weight, 0.1), "cache")
    assert_close(y, output(x, weight, bias, 0.1), "y")


@property_of("batch_norm", "float32 data far from zero are normalized as well")
def output_survives_a_large_mean(learner, rng):
    x = (rng.normal(size=(64, 5)) * np.linspace(1.0, 2.0, 5) + 3e3).astype(np.float32)
    weight, bias = (each.astype(np.float32) for each in affine(rng))
    y, _ = unpack(learner.batch_norm(x, weight, bias, 0.1), "y, cache")
    assert_close(y, output(x, weight, bias, 0.1), "y", rtol=1e-2, atol=2e-2)


@property_of(
    "batch_norm", "half precision has its statistics in float32, and the output is half again"
)
def half_precision_has_wide_statistics(learner, rng):
    x = (rng.normal(size=(600, 5)) * 40 + 300).astype(np.float16)
    weight, bias = (each.astype(np.float16) for each in affine(rng))
    y, _ = unpack(learner.batch_norm(x, weight, bias, 0.1), "y, cache")
    assert_close(y, output(x, weight, bias, 0.1), "y", rtol=1e-2, atol=2e-2)


@property_of("batch_norm", "batch, weight and bias are left as they were, and the dtype is kept")
def arguments_are_left_alone(learner, rng):
    given = [each.astype(np.float32) for each in (features(rng), *affine(rng))]
    held = [learner.hold(each) for each in given]
    y, _ = unpack(learner.batch_norm(*held, 0.1), "y, cache")
    assert_close(y, output(*given, 0.1), "y", rtol=LOW_PRECISION["float32"], atol=1e-4)
    for after, before, name in zip(held, given, ("x", "weight", "bias"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")


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


@property_of("identity_parameters", "eps is 1e-5 where it is not given")
def default_eps_is_undone(learner, rng):
    mean, _ = statistics(rng)
    var = np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    result = learner.identity_parameters(mean, var)
    assert_close(result, ((tensor(var) + 1e-5).sqrt().numpy(), mean), "weight, bias")


@property_of("identity_parameters", "the statistics are left as they were, and their dtype is kept")
def statistics_are_left_alone(learner, rng):
    mean, var = (each.astype(np.float32) for each in statistics(rng))
    held = [learner.hold(each) for each in (mean, var)]
    result = learner.identity_parameters(*held, 0.1)
    want = (tensor(var) + 0.1).sqrt().numpy(), mean
    assert_close(result, want, "weight, bias", rtol=LOW_PRECISION["float32"])
    for after, before, name in zip(held, (mean, var), ("mean", "var"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")
