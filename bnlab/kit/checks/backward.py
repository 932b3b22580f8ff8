"""Public checks of `backward`, against central differences."""

import numpy as np

from ..testing.assertions import assert_close, unpack
from ..testing.inputs import BIG_EPS, affine, features, statistics
from ..testing.properties import property_of

STEP = 1e-5
CLOSE = {"rtol": 1e-6, "atol": 1e-7}
"""Tolerance of a central difference with a step of 1e-5."""


def slopes(loss, value):
    """Return the gradient of `loss` by central differences, of the shape of `value`."""
    result = np.zeros(value.shape)
    for index in np.ndindex(value.shape):
        up, down = value.copy(), value.copy()
        up[index] += STEP
        down[index] -= STEP
        result[index] = (loss(up) - loss(down)) / (2 * STEP)
    return result


def truth(dy, x, weight, eps, mean=None, var=None):
    """Return dx, dweight and dbias of sum(dy * y); the statistics are those of x by default."""

    def loss(x, weight, bias):
        m = x.mean(axis=0) if mean is None else mean
        v = x.var(axis=0) if var is None else var
        return np.sum(dy * ((x - m) * (v + eps) ** -0.5 * weight + bias))

    bias = np.zeros(weight.shape)
    return (
        slopes(lambda each: loss(each, weight, bias), x),
        slopes(lambda each: loss(x, each, bias), weight),
        slopes(lambda each: loss(x, weight, each), bias),
    )


def cached(x, weight, eps):
    """Return the cache of the forward pass."""
    rstd = (x.var(axis=0) + eps) ** -0.5
    return (x - x.mean(axis=0)) * rstd, weight, rstd


def agree_all(result, want, **tolerance):
    """Compare all three gradients, the simplest first."""
    result = unpack(result, "dx, dweight, dbias")
    for index, name in ((2, "dbias"), (1, "dweight"), (0, "dx")):
        assert_close(result[index], want[index], name, **(tolerance or CLOSE))


def batch(rng):
    """Return an upstream gradient, a batch (n, d) and a weight (d,), scaled for small steps."""
    return rng.normal(size=(5, 3)), features(rng, n=5, d=3) * 2, affine(rng, d=3)[0]


@property_of("batch_norm_backward", "a gradient that is the same in all rows does not move x")
def a_shared_gradient_moves_nothing(learner, rng):
    _, x, weight = batch(rng)
    dy = np.tile([1.0, -2.0, 0.5], (5, 1))
    result = learner.batch_norm_backward(dy, cached(x, weight, BIG_EPS))
    agree_all(result, truth(dy, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward", "a gradient that stretches the batch is left only as far as eps allows"
)
def a_stretching_gradient_moves_little(learner, rng):
    _, x, weight = batch(rng)
    dy = cached(x, weight, BIG_EPS)[0]
    result = learner.batch_norm_backward(dy, cached(x, weight, BIG_EPS))
    agree_all(result, truth(dy, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward", "the three gradients say what a small step of x, weight or bias does"
)
def a_small_step_agrees(learner, rng):
    dy, x, weight = batch(rng)
    result = learner.batch_norm_backward(dy, cached(x, weight, 0.1))
    agree_all(result, truth(dy, x, weight, 0.1))


@property_of(
    "batch_norm_backward", "dy and the cache are the same after the call; float32 stays float32"
)
def backward_leaves_its_arguments_alone(learner, rng):
    dy, x, weight = batch(rng)
    want = tuple(each.astype(np.float32) for each in truth(dy, x, weight, 0.1))
    cache = tuple(each.astype(np.float32) for each in cached(x, weight, 0.1))
    dy = dy.astype(np.float32)
    held_dy, held_cache = learner.hold(dy), learner.hold(cache)
    agree_all(learner.batch_norm_backward(held_dy, held_cache), want, rtol=1e-4, atol=1e-4)
    assert_close(held_dy.fetch(), dy, "dy after the call")
    assert_close(held_cache.fetch(), cache, "cache after the call")


@property_of(
    "batch_norm_eval_backward", "the three gradients say what a small step of x or weight does"
)
def a_small_step_agrees_in_evaluation(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, BIG_EPS)
    agree_all(result, truth(dy, x, weight, BIG_EPS, mean, var))


@property_of("batch_norm_eval_backward", "a single row has a gradient, too")
def a_single_row_has_a_gradient(learner, rng):
    dy, x, weight = (each[:1] if each.ndim == 2 else each for each in batch(rng))
    mean, var = statistics(rng, d=3)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.1)
    agree_all(result, truth(dy, x, weight, 0.1, mean, var))


@property_of("batch_norm_eval_backward", "eps is 1e-5 where it is not given")
def eval_backward_has_a_default_eps(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)[0], np.array([1e-5, 1e-3, 1.0])
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight)
    agree_all(result, truth(dy, x, weight, 1e-5, mean, var))


@property_of(
    "batch_norm_eval_backward", "the arguments are the same after the call; float32 stays float32"
)
def eval_backward_leaves_its_arguments_alone(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)
    want = tuple(each.astype(np.float32) for each in truth(dy, x, weight, 0.1, mean, var))
    given = [each.astype(np.float32) for each in (dy, x, mean, var, weight)]
    held = [learner.hold(each) for each in given]
    result = learner.batch_norm_eval_backward(*held, 0.1)
    agree_all(result, want, rtol=1e-4, atol=1e-4)
    names = ("dy", "x", "running_mean", "running_var", "weight")
    for after, before, name in zip(held, given, names, strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")
