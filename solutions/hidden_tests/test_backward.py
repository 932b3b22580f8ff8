"""Hidden tests of `backward`: slopes, the graph, live statistics, and frozen ones."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import (
    assert_close,
    assert_unchanged,
    precondition,
    unpack,
)
from bnlab.kit.testing.inputs import (
    BIG_EPS,
    HARDLY_AN_EPS,
    affine,
    features,
    in_every_form,
    one_argument_at_a_time,
    one_path_at_a_time,
    statistics,
    tensor,
)
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import tolerance

GRADIENTS = "dx, dweight, dbias"
SHAPES = ((1, 1), (3, 1), (5, 5), (6, 2), (67, 2))
"""One row, one feature, as many rows as features, and many rows."""


def cached(x, weight, eps):
    """What the forward pass keeps: the normalized batch, the weight and 1 / sqrt(var + eps)."""
    var, mean = torch.var_mean(tensor(x), dim=0, correction=0)
    rstd = torch.rsqrt(var + eps)
    return ((tensor(x) - mean) * rstd).numpy(), weight, rstd.numpy()


def gradients(dy, x, weight, eps, running_mean=None, running_var=None):
    """dx, dweight, dbias by torch in float64, in the dtype of dy; in training without mean."""
    dy64, x64, weight64 = (tensor(each).double() for each in (dy, x, weight))
    training = running_mean is None
    if training:
        var, mean = torch.var_mean(x64, dim=0, correction=0)
    else:
        mean, var = (tensor(each).double() for each in (running_mean, running_var))
    found = torch.ops.aten.native_batch_norm_backward(
        dy64, x64, weight64, mean, var, mean, torch.rsqrt(var + eps), training, eps, [True] * 3
    )
    return tuple(each.numpy().astype(dy.dtype) for each in found)


def agree_all(result, want, of=""):
    """All three gradients, the simplest first."""
    dx, dweight, dbias = unpack(result, GRADIENTS)
    close = tolerance(want[0])
    assert_close(dbias, want[2], f"dbias{of}", **close)
    assert_close(dweight, want[1], f"dweight{of}", **close)
    assert_close(dx, want[0], f"dx{of}", **close)


def batch(rng, n=4, d=5):
    """A gradient from above, a batch and a weight."""
    return rng.normal(size=(n, d)), features(rng, n, d), affine(rng, d)[0]


def with_zero_weight(rng, n=4, d=5):
    """The same with a last weight of 0: its dx is 0, its dweight and dbias are not."""
    dy, x, weight = batch(rng, n, d)
    return dy, x, weight * (np.arange(d) < d - 1)


def many_rows(rng):
    """A gradient, a batch and a weight (1500, 2) and (2,) in float16, whose sums go wrong there.

    All rows are 0 but one, whose gradient is 0. In float16, 512 + 0.7 is 512.5.
    """
    x = np.zeros((1500, 2), np.float16)
    x[rng.integers(len(x))] = [100.0, -50.0]
    dy = rng.uniform(0.66, 0.74, size=x.shape) * (x == 0)
    return dy.astype(np.float16), x, np.array([1.5, -0.5], np.float16)


LOSSES = """
import numpy as np

def cubes(x):
    return float(x.ndim * (np.arange(1.0, x.size + 1).reshape(x.shape) * x**3).sum())

def product(x):
    return float(np.prod(x))
"""
STEP = 0.05


def cubes_slope(x, step):
    """The central difference of `cubes`, which differs from its slope by the square of the step."""
    return x.ndim * np.arange(1.0, x.size + 1).reshape(x.shape) * (3 * x**2 + step**2)


@property_of("numerical_gradient", "each number is moved alone, one step up and one step down")
def numerical_gradient_is_central(learner, rng):
    x = rng.normal(size=(3, 2))
    found = learner.numerical_gradient(learner.define(LOSSES, "cubes"), x, STEP)
    assert_close(found, cubes_slope(x, STEP), "the gradient", rtol=1e-9, atol=1e-9)


@property_of(
    "numerical_gradient",
    "an array of any shape, in any memory order, has a gradient of its shape; so the loss gets it",
)
def numerical_gradient_of_any_shape(learner, rng):
    given = [rng.normal(size=shape) for shape in ((1,), (4,), (1, 3), (2, 1, 2))]
    given.append(np.asfortranarray(rng.normal(size=(2, 3))))
    calls = [(learner.define(LOSSES, "cubes"), x, STEP) for x in given]
    for (result, _), x in zip(learner.call_each("numerical_gradient", calls), given, strict=True):
        assert_close(result, cubes_slope(x, STEP), "the gradient", rtol=1e-9, atol=1e-9)


@property_of("numerical_gradient", "x is the same after the call, and while other numbers move")
def numerical_gradient_leaves_x_alone(learner, rng):
    x = rng.normal(size=(2, 2)) + 2
    loss = learner.define(LOSSES, "product")
    ((result, (_, after, _)),) = learner.call_each("numerical_gradient", [(loss, x, STEP)])
    assert_close(result, np.prod(x) / x, "the gradient", rtol=1e-9, atol=1e-9)
    assert_unchanged([after], [x], "x")


@property_of("numerical_gradient", "the step is 1e-5 where it is not given")
def numerical_gradient_has_a_default_step(learner, rng):
    x = rng.normal(size=3)
    found = learner.numerical_gradient(learner.define(LOSSES, "cubes"), x)
    assert_close(found, cubes_slope(x, 0.0), "the gradient", rtol=1e-7, atol=1e-7)


NODES = "dxhat, drstd, dvar, dcentered, dmean, dx"


def node_gradients(dy, x, weight, eps):
    """The gradient of each node of the forward pass, by autograd in float64."""
    dy, x, weight = (tensor(each) for each in (dy, x, weight))
    x.requires_grad_()
    mean = x.mean(dim=0)
    centered = x - mean
    var = centered.square().mean(dim=0)
    rstd = (var + eps) ** -0.5
    xhat = centered * rstd
    nodes = (xhat, rstd, var, centered, mean, x)
    return tuple(each.numpy() for each in torch.autograd.grad((weight * xhat * dy).sum(), nodes))


def node(name, sentence):
    """A property that one node of `backward_steps` has its gradient; those before it have to be."""
    index = NODES.split(", ").index(name)

    def gradient_of_the_node(learner, rng):
        for dy, x, weight in (with_zero_weight(rng, 5, 3), batch(rng, 1, 2), batch(rng, 4, 1)):
            result = learner.backward_steps(dy, cached(x, weight, 0.1))
            found, want = unpack(result, NODES), node_gradients(dy, x, weight, 0.1)
            with precondition():
                for each, one, other in zip(NODES.split(", ")[:index], found, want, strict=False):
                    assert_close(one, other, each)
            assert_close(found[index], want[index], name)

    gradient_of_the_node.__name__ = f"gradient_of_{name.removeprefix('d')}"
    return property_of("backward_steps", sentence)(gradient_of_the_node)


step_xhat = node("dxhat", "dxhat: the weight multiplied the normalized batch")
step_rstd = node("drstd", "drstd: one number per feature multiplied all rows")
step_var = node("dvar", "dvar: the root and its reciprocal have the slope of a power")
step_centered = node("dcentered", "dcentered: what comes directly, and what comes by the variance")
step_mean = node("dmean", "dmean: the mean was taken off every row")
step_x = node("dx", "dx: what comes directly, and what comes by the mean")


@property_of("backward_steps", "dy and the cache are left as they were, for a second call")
def steps_leave_their_arguments_alone(learner, rng):
    dy, x, weight = batch(rng)
    given = dy, cached(x, weight, 0.1)
    ((result, after),) = learner.call_each("backward_steps", [given])
    assert_close(unpack(result, NODES)[0], weight * dy, "dxhat")
    assert_unchanged(after, given, "dy, cache")


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
    "batch_norm_backward", "-1 and 1 in turn, one change at a time: each path, a weight, a variance"
)
def one_path_of_plain_numbers(learner, rng):
    cases = one_path_at_a_time(rng)
    calls = [(dy, tuple(cache)) for dy, *cache in cases.values()]
    for call, (dy, (xhat, weight, rstd)), name in zip(
        learner.call_each("batch_norm_backward", calls), calls, cases, strict=True
    ):
        want = gradients(dy, xhat / rstd, weight, HARDLY_AN_EPS)
        agree_all(call.result, want, f" of {name}")


@property_of(
    "batch_norm_backward", "dx follows every path: direct, by the mean and by the variance"
)
def gradient_of_the_batch(learner, rng):
    dy, x, weight = batch(rng, n=6)
    result = learner.batch_norm_backward(dy, cached(x, weight, 1e-5))
    agree_all(result, gradients(dy, x, weight, 1e-5))


@property_of(
    "batch_norm_backward",
    "any number of rows and of features works, and a weight of 0 has a gradient",
)
def gradients_of_any_shape(learner, rng):
    given = [*(batch(rng, *shape) for shape in SHAPES), with_zero_weight(rng)]
    calls = [(dy, cached(x, weight, 0.1)) for dy, x, weight in given]
    for (result, _), arguments in zip(
        learner.call_each("batch_norm_backward", calls), given, strict=True
    ):
        agree_all(result, gradients(*arguments, 0.1))


@property_of(
    "batch_norm_backward", "the sums over many rows of half precision are taken in float32"
)
def half_precision_is_summed_wide(learner, rng):
    dy, x, weight = many_rows(rng)
    cache = tuple(each.astype(np.float16) for each in cached(x.astype(np.float64), weight, 0.1))
    _, dweight, dbias = unpack(learner.batch_norm_backward(dy, cache), GRADIENTS)
    _, want_dweight, want_dbias = gradients(dy, x, weight, 0.1)
    assert_close(dbias, want_dbias, "dbias", rtol=2e-2)
    assert_close(dweight, want_dweight, "dweight", rtol=2e-2)


@property_of(
    "batch_norm_backward",
    "the gradients have the dtype of dy; the cache may be wider, as the forward pass leaves it",
)
def training_gradients_have_the_dtype_of_dy(learner, rng):
    dy, x, weight = batch(rng)
    xhat, _, rstd = cached(x, weight, BIG_EPS)
    dtypes = "f2 f4 f2 f4", "f2 f2 f4 f2", "f2 f8 f2 f4", "f4 f4 f4 f8"
    calls = []
    for of_dy, of_xhat, of_weight, of_rstd in map(str.split, dtypes):
        cache = xhat.astype(of_xhat), weight.astype(of_weight), rstd.astype(of_rstd)
        calls.append((dy.astype(of_dy), cache))
    for (result, _), (narrow, _) in zip(
        learner.call_each("batch_norm_backward", calls), calls, strict=True
    ):
        agree_all(result, gradients(narrow, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward",
    "dy and the cache are left as they were, for a second call, in every dtype and memory order",
)
def cache_serves_twice(learner, rng):
    dy, x, weight = batch(rng)
    forms = in_every_form(dy, cached(x, weight, 0.1))
    calls = learner.call_each("batch_norm_backward", forms.values())
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        agree_all(result, gradients(given[0], x, weight, 0.1), f" of {form}")
        assert_unchanged(after, given, "dy, cache")


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


@property_of(
    "batch_norm_eval_backward",
    "any number of rows and of features works, a single row as well, and a weight of 0",
)
def eval_gradients_of_any_shape(learner, rng):
    given = []
    for dy, x, weight in (*(batch(rng, *shape) for shape in SHAPES), with_zero_weight(rng)):
        given.append((dy, x, *statistics(rng, d=len(weight)), weight))
    for (result, _), (dy, x, mean, var, weight) in zip(
        learner.call_each("batch_norm_eval_backward", given, eps=0.1), given, strict=True
    ):
        agree_all(result, gradients(dy, x, weight, 0.1, mean, var))


@property_of("batch_norm_eval_backward", "eps is added to the running variance, inside the root")
def eval_eps_is_inside_the_root(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, eps=BIG_EPS)
    agree_all(result, gradients(dy, x, weight, BIG_EPS, mean, var))


@property_of(
    "batch_norm_eval_backward",
    "-1 and 1 in turn, with one change at a time: a mean, a variance, a weight, an eps",
)
def one_argument_of_plain_numbers(learner, rng):
    cases, dy = one_argument_at_a_time(rng), rng.normal(size=(4, 4))
    calls = [(dy, *args) for args in cases.values()]
    for call, (x, mean, var, weight, eps), name in zip(
        learner.call_each("batch_norm_eval_backward", calls), cases.values(), cases, strict=True
    ):
        want = gradients(dy, x, weight, eps, mean, var)
        agree_all(call.result, want, f" with {name}")


@property_of("batch_norm_eval_backward", "eps is 1e-5 where it is not given")
def eval_default_eps(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng)[0], np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight)
    agree_all(result, gradients(dy, x, weight, 1e-5, mean, var))


@property_of(
    "batch_norm_eval_backward", "the sums over many rows of half precision are taken in float32"
)
def eval_half_precision_is_summed_wide(learner, rng):
    dy, x, weight = many_rows(rng)
    mean, var = (np.array(each, np.float16) for each in ([-1.0, 1.0], [3.0, 2.0]))
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.1)
    _, dweight, dbias = unpack(result, GRADIENTS)
    _, want_dweight, want_dbias = gradients(dy, x, weight, 0.1, mean, var)
    assert_close(dbias, want_dbias, "dbias", rtol=2e-2)
    assert_close(dweight, want_dweight, "dweight", rtol=2e-2)


@property_of(
    "batch_norm_eval_backward",
    "the arguments are left as they were, and the gradients have the dtype of dy, in every "
    "memory order",
)
def eval_arguments_are_left_alone(learner, rng):
    dy, x, weight = batch(rng)
    forms = in_every_form(dy, x, *statistics(rng), weight)
    calls = learner.call_each("batch_norm_eval_backward", forms.values(), eps=0.1)
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        dy, x, mean, var, weight = given
        agree_all(result, gradients(dy, x, weight, 0.1, mean, var), f" of {form}")
        assert_unchanged(after, given, "dy, x, running_mean, running_var, weight")
