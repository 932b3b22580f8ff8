"""Hidden tests of `backward`: gradients through live statistics, and through frozen ones."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, unpack
from bnlab.kit.testing.inputs import BIG_EPS, affine, features, statistics, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION

GRADIENTS = "dx, dweight, dbias"
TOLERANCE = {
    "float64": {},
    "float32": {"rtol": LOW_PRECISION["float32"], "atol": 1e-4},
    "float16": {"rtol": 1e-2, "atol": 2e-2},
}


def cached(x, weight, eps):
    """What the forward pass keeps: the normalized batch, the weight and 1 / sqrt(var + eps)."""
    var, mean = torch.var_mean(tensor(x), dim=0, correction=0)
    rstd = torch.rsqrt(var + eps)
    return ((tensor(x) - mean) * rstd).numpy(), weight, rstd.numpy()


def gradients(dy, x, weight, eps, running_mean=None, running_var=None):
    """dx, dweight, dbias by autograd in float64, in the dtype of dy; in training without mean."""
    x64, weight64 = (tensor(each).double().requires_grad_() for each in (x, weight))
    bias64 = torch.zeros_like(weight64, requires_grad=True)
    training = running_mean is None
    state = (None, None) if training else (tensor(running_mean), tensor(running_var))
    state = tuple(each if each is None else each.double() for each in state)
    y = torch.nn.functional.batch_norm(x64, *state, weight64, bias64, training=training, eps=eps)
    y.backward(tensor(dy).double())
    return tuple(each.grad.numpy().astype(dy.dtype) for each in (x64, weight64, bias64))


def agree_all(result, want):
    """All three gradients, the simplest first."""
    dx, dweight, dbias = unpack(result, GRADIENTS)
    tolerance = TOLERANCE[want[0].dtype.name]
    assert_close(dbias, want[2], "dbias", **tolerance)
    assert_close(dweight, want[1], "dweight", **tolerance)
    assert_close(dx, want[0], "dx", **tolerance)


def batch(rng, n=4):
    """A gradient from above, a batch and a weight."""
    return rng.normal(size=(n, 5)), features(rng, n=n), affine(rng)[0]


@property_of("batch_norm_backward", "dbias is the sum of dy over the rows")
def bias_gradient_is_a_sum(learner, rng):
    dy, x, weight = batch(rng)
    _, _, dbias = unpack(learner.batch_norm_backward(dy, cached(x, weight, 0.1)), GRADIENTS)
    assert_close(dbias, gradients(dy, x, weight, 0.1)[2], "dbias")


@property_of(
    "batch_norm_backward", "dweight is the sum over the rows of dy times the normalized batch"
)
def weight_gradient_is_a_weighted_sum(learner, rng):
    dy, x, weight = batch(rng)
    _, dweight, _ = unpack(learner.batch_norm_backward(dy, cached(x, weight, 0.1)), GRADIENTS)
    assert_close(dweight, gradients(dy, x, weight, 0.1)[1], "dweight")


@property_of("batch_norm_backward", "a gradient that is the same in all rows does not move x")
def mean_path_removes_what_all_rows_share(learner, rng):
    _, x, weight = batch(rng)
    dy = np.tile(rng.normal(size=5), (4, 1))
    result = learner.batch_norm_backward(dy, cached(x, weight, BIG_EPS))
    agree_all(result, gradients(dy, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward", "a gradient that stretches the batch is left only as far as eps allows"
)
def variance_path_removes_what_stretches(learner, rng):
    _, x, weight = batch(rng)
    cache = cached(x, weight, BIG_EPS)
    dy = cache[0] * rng.uniform(1.0, 2.0, size=5)
    agree_all(learner.batch_norm_backward(dy, cache), gradients(dy, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward", "dx follows every path: direct, by the mean and by the variance"
)
def gradient_of_the_batch(learner, rng):
    dy, x, weight = batch(rng, n=6)
    result = learner.batch_norm_backward(dy, cached(x, weight, 1e-5))
    agree_all(result, gradients(dy, x, weight, 1e-5))


@property_of("batch_norm_backward", "dy and the cache are left as they were, for a second call")
def cache_serves_twice(learner, rng):
    dy, x, weight = batch(rng)
    cache = cached(x, weight, 0.1)
    held_dy, held_cache = learner.hold(dy), learner.hold(cache)
    for _ in range(2):
        result = learner.batch_norm_backward(held_dy, held_cache)
        agree_all(result, gradients(dy, x, weight, 0.1))
    assert_close(held_dy.fetch(), dy, "dy after the call")
    assert_close(held_cache.fetch(), cache, "cache after the call")


@property_of("batch_norm_backward", "float32 gradients stay float32, and half precision stays half")
def training_gradients_keep_their_dtype(learner, rng):
    for dtype in (np.float32, np.float16):
        dy, x, weight = (each.astype(dtype) for each in batch(rng))
        cache = tuple(each.astype(dtype) for each in cached(x.astype(np.float64), weight, BIG_EPS))
        result = learner.batch_norm_backward(dy, cache)
        agree_all(result, gradients(dy, x, weight, BIG_EPS))


@property_of("batch_norm_eval_backward", "dbias is the sum of dy over the rows")
def eval_bias_gradient_is_a_sum(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)
    _, _, dbias = unpack(learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.0), GRADIENTS)
    assert_close(dbias, gradients(dy, x, weight, 0.0, mean, var)[2], "dbias")


@property_of(
    "batch_norm_eval_backward", "dweight weighs dy by x normalized with the running statistics"
)
def eval_weight_gradient_uses_running_statistics(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)
    _, dweight, _ = unpack(
        learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.0), GRADIENTS
    )
    assert_close(dweight, gradients(dy, x, weight, 0.0, mean, var)[1], "dweight")


@property_of(
    "batch_norm_eval_backward", "dx has the direct path only: the statistics are constants"
)
def eval_gradient_of_the_batch_is_direct(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)
    dx, _, _ = unpack(learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.0), GRADIENTS)
    assert_close(dx, gradients(dy, x, weight, 0.0, mean, var)[0], "dx")


@property_of("batch_norm_eval_backward", "a single row has the gradient that it has in the batch")
def eval_gradient_of_one_row(learner, rng):
    dy, x, weight = batch(rng, n=1)
    mean, var = statistics(rng)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.1)
    agree_all(result, gradients(dy, x, weight, 0.1, mean, var))


@property_of("batch_norm_eval_backward", "eps is added to the running variance, inside the root")
def eval_eps_is_inside_the_root(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, eps=BIG_EPS)
    agree_all(result, gradients(dy, x, weight, BIG_EPS, mean, var))


@property_of("batch_norm_eval_backward", "eps is 1e-5 where it is not given")
def eval_default_eps(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)[0], np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight)
    agree_all(result, gradients(dy, x, weight, 1e-5, mean, var))


@property_of(
    "batch_norm_eval_backward", "the arguments are left as they were, and the dtype is kept"
)
def eval_arguments_are_left_alone(learner, rng):
    dy, x, weight = (each.astype(np.float32) for each in batch(rng))
    mean, var = (each.astype(np.float32) for each in statistics(rng))
    given = {"dy": dy, "x": x, "running_mean": mean, "running_var": var, "weight": weight}
    held = {name: learner.hold(value) for name, value in given.items()}
    result = learner.batch_norm_eval_backward(*held.values(), 0.1)
    agree_all(result, gradients(dy, x, weight, 0.1, mean, var))
    for name, before in given.items():
        assert_close(held[name].fetch(), before, f"{name} after the call")


@property_of("batch_norm_eval_backward", "half precision stays half")
def eval_half_precision_stays_half(learner, rng):
    given = (each.astype(np.float16) for each in (*batch(rng), *statistics(rng)))
    dy, x, weight, mean, var = given
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.1)
    agree_all(result, gradients(dy, x, weight, 0.1, mean, var))
