"""Public checks of `backward`, against central differences."""

import numpy as np

from ..testing.assertions import (
    LearnerError,
    MismatchError,
    assert_close,
    assert_unchanged,
    precondition,
    unpack,
)
from ..testing.central_differences import CLOSE, STEP, gradients, node_gradients
from ..testing.inputs import (
    BIG_EPS,
    HARDLY_AN_EPS,
    affine,
    features,
    in_every_form,
    one_argument_at_a_time,
    one_path_at_a_time,
    statistics,
)
from ..testing.properties import property_of
from ..testing.tolerances import tolerance

HUGE = 1e60
"""Gradients are linear in dy; float32 has no number as large as this one."""

SHAPES = ((1, 1), (4, 1), (3, 3), (2, 4), (83, 1))
"""One row, one feature, as many rows as features, and many rows."""


def cached(x, weight, eps):
    """Return the cache of the forward pass."""
    rstd = (x.var(axis=0) + eps) ** -0.5
    return (x - x.mean(axis=0)) * rstd, weight, rstd


def agree_all(result, dy, want, of=""):
    """Compare all three gradients, the simplest first, in the dtype of dy."""
    result = unpack(result, "dx, dweight, dbias")
    close = CLOSE if dy.dtype == np.float64 else tolerance(dy)
    for index, name in ((2, "dbias"), (1, "dweight"), (0, "dx")):
        assert_close(result[index], want[index].astype(dy.dtype), f"{name}{of}", **close)


def agree_for_huge(result, want):
    """Compare the gradients of a dy of float64 that was multiplied with HUGE."""
    names = [f"{each} of a dy of 1e60" for each in ("dx", "dweight", "dbias")]
    found = unpack(result, "dx, dweight, dbias")
    for one, other, name in zip(found, want, names, strict=True):
        assert_close(one, other * HUGE, name, rtol=1e-6, atol=1e-6 * HUGE)


def batch(rng, n=5, d=3):
    """Return an upstream gradient, a batch (n, d) and a weight (d,), scaled for small steps."""
    return rng.normal(size=(n, d)), features(rng, n, d) * 2, affine(rng, d)[0]


def in_any_shape(rng):
    """Return such a batch for each of SHAPES, and one with a weight of 0."""
    dy, x, weight = batch(rng)
    return [*(batch(rng, *shape) for shape in SHAPES), (dy, x, weight * [0, 1, 1])]


def many_rows(rng):
    """Return dy and x (1600, 2), and a weight (2,), in float16; their float16 sums go wrong."""
    x = np.zeros((1600, 2), np.float16)
    x[7] = [-80.0, 60.0]
    dy = rng.uniform(0.66, 0.74, size=x.shape) * (x == 0)
    return dy.astype(np.float16), x, np.array([-1.5, 0.5], np.float16)


CUBES = """
def cubes(x):
    weighted = [(2 + index) * value**3 for index, value in enumerate(x.ravel())]
    return float(x.ndim * sum(weighted))
"""
WIDE_STEP = 0.1


def slope_of_cubes(x, step):
    """Return the central difference of the loss above, of the shape of `x`."""
    up, down = (x + step) ** 3, (x - step) ** 3
    return x.ndim * (2 + np.arange(x.size).reshape(x.shape)) * (up - down) / (2 * step)


@property_of("numerical_gradient", "each number is moved alone, one step up and one step down")
def each_number_is_moved_alone(learner, rng):
    x = rng.normal(size=(2, 3))
    found = learner.numerical_gradient(learner.define(CUBES, "cubes"), x, WIDE_STEP)
    assert_close(found, slope_of_cubes(x, WIDE_STEP), "the gradient")


@property_of(
    "numerical_gradient", "any shape and memory order has a gradient of its shape, and the loss too"
)
def any_shape_has_a_gradient(learner, rng):
    loss = learner.define(CUBES, "cubes")
    given = [rng.normal(size=shape) for shape in ((1,), (5,), (3, 1), (2, 2, 1))]
    given.append(np.asfortranarray(rng.normal(size=(3, 2))))
    calls = learner.call_each("numerical_gradient", [(loss, x, WIDE_STEP) for x in given])
    for (result, _), x in zip(calls, given, strict=True):
        assert_close(result, slope_of_cubes(x, WIDE_STEP), "the gradient")


@property_of("numerical_gradient", "x is the same after the call; the step is 1e-5 by default")
def x_is_the_same_after_the_differences(learner, rng):
    x = rng.normal(size=4)
    loss = learner.define(CUBES, "cubes")
    ((result, (_, after)),) = learner.call_each("numerical_gradient", [(loss, x)])
    assert_close(result, slope_of_cubes(x, STEP), "the gradient", **CLOSE)
    assert_unchanged([after], [x], "x")


NODES = "dxhat, drstd, dvar, dcentered, dmean, dx"


def node(name, sentence):
    """Return the property that one node has its gradient; it waits for those before it."""
    names = NODES.split(", ")
    index = names.index(name)

    def gradient_of_the_node(learner, rng):
        dy, x, weight = batch(rng, d=4)
        weight[3] = 0.0
        found = unpack(learner.backward_steps(dy, cached(x, weight, 0.1)), NODES)
        want = node_gradients(dy, x, weight, 0.1)
        with precondition():
            for each, one, other in zip(names[:index], found, want, strict=False):
                assert_close(one, other, each, **CLOSE)
        assert_close(found[index], want[index], name, **CLOSE)

    gradient_of_the_node.__name__ = f"gradient_of_{name.removeprefix('d')}"
    return property_of("backward_steps", sentence)(gradient_of_the_node)


step_xhat = node("dxhat", "dxhat: the weight multiplied the normalized batch")
step_rstd = node("drstd", "drstd: one number per feature multiplied all rows")
step_var = node("dvar", "dvar: the root and its reciprocal have the slope of a power")
step_centered = node("dcentered", "dcentered: what comes directly, and what comes by the variance")
step_mean = node("dmean", "dmean: the mean was taken off every row")
step_x = node("dx", "dx: what comes directly, and what comes by the mean")


@property_of("backward_steps", "dy and the cache are the same after the call")
def steps_leave_their_arguments_alone(learner, rng):
    dy, x, weight = batch(rng)
    given = dy, cached(x, weight, 0.1)
    ((result, after),) = learner.call_each("backward_steps", [given])
    with precondition():
        assert_close(unpack(result, NODES)[0], dy * weight, "dxhat")
    assert_unchanged(after, given, "dy, cache")


def last_step(learner, dy, cache):
    """Return the learner's gradient of the last node, (n, d); None while there is none."""
    try:
        return unpack(learner.backward_steps(dy, cache), NODES)[-1]
    except (LearnerError, MismatchError):
        return None


@property_of("batch_norm_backward", "a gradient that is the same in all rows does not move x")
def a_shared_gradient_moves_nothing(learner, rng):
    _, x, weight = batch(rng)
    dy = np.tile([1.0, -2.0, 0.5], (5, 1))
    result = learner.batch_norm_backward(dy, cached(x, weight, BIG_EPS))
    agree_all(result, dy, gradients(dy, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward", "a gradient that stretches the batch is left only as far as eps allows"
)
def a_stretching_gradient_moves_little(learner, rng):
    _, x, weight = batch(rng)
    dy = cached(x, weight, BIG_EPS)[0]
    result = learner.batch_norm_backward(dy, cached(x, weight, BIG_EPS))
    agree_all(result, dy, gradients(dy, x, weight, BIG_EPS))


@property_of(
    "batch_norm_backward", "the three gradients say what a small step of x, weight or bias does"
)
def a_small_step_agrees(learner, rng):
    dy, x, weight = batch(rng)
    cache, want = cached(x, weight, 0.1), gradients(dy, x, weight, 0.1)
    plain, huge = learner.call_each("batch_norm_backward", [(dy, cache), (dy * HUGE, cache)])
    agree_all(plain.result, dy, want)
    agree_for_huge(huge.result, want)


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
        agree_all(call.result, dy, want, f" of {name}")


@property_of("batch_norm_backward", "dx equals the last step of your backward_steps")
def the_line_equals_the_steps(learner, rng):
    dy, x, weight = batch(rng)
    cache = cached(x, weight, 0.1)
    dx, _, _ = unpack(learner.batch_norm_backward(dy, cache), "dx, dweight, dbias")
    steps = last_step(learner.unrecorded, dy, cache)
    with precondition():
        assert_close(steps, gradients(dy, x, weight, 0.1)[0], "dx of backward_steps", **CLOSE)
    assert_close(dx, steps, "dx")


@property_of(
    "batch_norm_backward", "one row or one feature works, and a weight of 0 has a gradient"
)
def gradients_of_any_shape(learner, rng):
    for dy, x, weight in in_any_shape(rng):
        result = learner.batch_norm_backward(dy, cached(x, weight, 0.1))
        agree_all(result, dy, gradients(dy, x, weight, 0.1))


@property_of("batch_norm_backward", "sums over many rows of half precision are right")
def sums_of_half_precision(learner, rng):
    dy, x, weight = many_rows(rng)
    xhat, _, rstd = cached(x.astype(np.float64), weight, 0.1)
    cache = tuple(each.astype(np.float16) for each in (xhat, weight, rstd))
    _, dweight, dbias = unpack(learner.batch_norm_backward(dy, cache), "dx, dweight, dbias")
    wide = dy.astype(np.float64)
    assert_close(dbias, wide.sum(axis=0).astype(np.float16), "dbias", rtol=2e-2)
    assert_close(dweight, (wide * xhat).sum(axis=0).astype(np.float16), "dweight", rtol=2e-2)


@property_of("batch_norm_backward", "the gradients have the dtype of dy where the cache is wider")
def gradients_have_the_dtype_of_dy(learner, rng):
    dy, x, weight = batch(rng)
    xhat, _, rstd = cached(x, weight, 0.1)
    for of_dy, of_weight, of_xhat in (("f2", "f2", "f4"), ("f4", "f4", "f8"), ("f2", "f4", "f2")):
        cache = xhat.astype(of_xhat), weight.astype(of_weight), rstd.astype(of_xhat)
        narrow = dy.astype(of_dy)
        result = learner.batch_norm_backward(narrow, cache)
        agree_all(result, narrow, gradients(dy, x, weight, 0.1), f" of {narrow.dtype}")


@property_of(
    "batch_norm_backward",
    "dy and the cache are the same after the call; the gradients have the dtype of dy",
)
def backward_leaves_its_arguments_alone(learner, rng):
    dy, x, weight = batch(rng)
    want = gradients(dy, x, weight, 0.1)
    forms = in_every_form(dy, cached(x, weight, 0.1))
    calls = learner.call_each("batch_norm_backward", forms.values())
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        with precondition():
            agree_all(result, given[0], want, f" of {form}")
        assert_unchanged(after, given, "dy, cache")


@property_of(
    "batch_norm_eval_backward", "the three gradients say what a small step of x or weight does"
)
def a_small_step_agrees_in_evaluation(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)
    want = gradients(dy, x, weight, BIG_EPS, mean, var)
    calls = [(each, x, mean, var, weight, BIG_EPS) for each in (dy, dy * HUGE)]
    plain, huge = learner.call_each("batch_norm_eval_backward", calls)
    agree_all(plain.result, dy, want)
    agree_for_huge(huge.result, want)


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
        agree_all(call.result, dy, want, f" with {name}")


@property_of("batch_norm_eval_backward", "one row or one feature works, and a weight of 0")
def eval_gradients_of_any_shape(learner, rng):
    for dy, x, weight in in_any_shape(rng):
        mean, var = statistics(rng, d=len(weight))
        result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.1)
        agree_all(result, dy, gradients(dy, x, weight, 0.1, mean, var))


@property_of("batch_norm_eval_backward", "sums over many rows of half precision are right")
def eval_sums_of_half_precision(learner, rng):
    dy, x, weight = many_rows(rng)
    mean, var = np.array([1.0, -1.0], np.float16), np.array([2.0, 3.0], np.float16)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, 0.1)
    _, dweight, dbias = unpack(result, "dx, dweight, dbias")
    wide = dy.astype(np.float64)
    xhat = (x.astype(np.float64) - mean) / np.sqrt(var.astype(np.float64) + 0.1)
    assert_close(dbias, wide.sum(axis=0).astype(np.float16), "dbias", rtol=2e-2)
    assert_close(dweight, (wide * xhat).sum(axis=0).astype(np.float16), "dweight", rtol=2e-2)


@property_of("batch_norm_eval_backward", "eps is 1e-5 where it is not given")
def eval_backward_has_a_default_eps(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)[0], np.array([0.0, 1e-3, 1.0])
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight)
    agree_all(result, dy, gradients(dy, x, weight, 1e-5, mean, var))


@property_of("batch_norm_eval_backward", "eps = 0 is an eps like any other")
def eval_eps_may_be_zero(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)
    result = learner.batch_norm_eval_backward(dy, x, mean, var, weight, eps=0.0)
    agree_all(result, dy, gradients(dy, x, weight, 0.0, mean, var))


@property_of(
    "batch_norm_eval_backward",
    "the arguments are the same after the call; the gradients have the dtype of dy",
)
def eval_backward_leaves_its_arguments_alone(learner, rng):
    dy, x, weight = batch(rng)
    mean, var = statistics(rng, d=3)
    want = gradients(dy, x, weight, 0.1, mean, var)
    forms = in_every_form(dy, x, mean, var, weight)
    calls = learner.call_each("batch_norm_eval_backward", forms.values(), eps=0.1)
    for (result, after), (form, given) in zip(calls, forms.items(), strict=True):
        with precondition():
            agree_all(result, given[0], want, f" of {form}")
        assert_unchanged(after, given, "dy, x, running_mean, running_var, weight")
