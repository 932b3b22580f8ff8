"""Public checks of `inference`."""

import numpy as np

from ..testing.assertions import assert_close, assert_raises, assert_unchanged, precondition, unpack
from ..testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    batches,
    features,
    in_every_form,
    statistics,
    tensor,
)
from ..testing.properties import property_of
from ..testing.tolerances import tolerance

RUNNING = "running_mean, running_var"

SHAPES = ((1, 3), (1, 1), (4, 1), (3, 3), (2, 4), (83, 1))
"""One row, one feature, as many rows as features, and many rows."""


def updated(mean, var, x, momentum):
    """Return the running statistics of torch, computed in float64, each in its own dtype."""
    import torch

    dtypes = mean.dtype, var.dtype
    mean, var = tensor(mean).double(), tensor(var).double()
    wide = tensor(x).double()
    torch.nn.functional.batch_norm(wide, mean, var, training=True, momentum=momentum)
    return mean.numpy().astype(dtypes[0]), var.numpy().astype(dtypes[1])


def evaluated(x, mean, var, weight, bias, eps):
    """Return the output of torch in evaluation mode, computed in float64, in the dtype of x."""
    import torch

    wide = (tensor(each).double() for each in (x, mean, var, weight, bias))
    return torch.nn.functional.batch_norm(*wide, eps=eps).numpy().astype(x.dtype)


@property_of("update_running_stats", "momentum is the weight of the new batch, here 0.3")
def momentum_weighs_the_new_batch(learner, rng):
    x, state = features(rng, n=6, d=4), statistics(rng, d=4)
    mean, _ = unpack(learner.update_running_stats(*state, x, 0.3), RUNNING)
    assert_close(mean, updated(*state, x, 0.3)[0], "running_mean")


@property_of("update_running_stats", "the running variance takes in the variance divided by N - 1")
def running_var_is_unbiased(learner, rng):
    x, state = features(rng, n=3, d=4), statistics(rng, d=4)
    _, var = unpack(learner.update_running_stats(*state, x, 0.3), RUNNING)
    assert_close(var, updated(*state, x, 0.3)[1], "running_var")


@property_of("update_running_stats", "two batches in a row, momentum left at its default of 0.1")
def two_batches_in_a_row(learner, rng):
    got = want = statistics(rng, d=4)
    for n in (6, 3):
        x = features(rng, n=n, d=4)
        got = unpack(learner.update_running_stats(*got, x), RUNNING)
        want = updated(*want, x, 0.1)
    assert_close(got, want, RUNNING)


@property_of("update_running_stats", "momentum 0 leaves the statistics, momentum 1 replaces them")
def momentum_at_its_limits(learner, rng):
    x, state = features(rng, n=6, d=4), statistics(rng, d=4)
    for momentum in (0.0, 1.0):
        got = learner.update_running_stats(*state, x, momentum=momentum)
        assert_close(got, updated(*state, x, momentum), RUNNING)


@property_of("update_running_stats", "each statistic keeps its own dtype, whatever x has")
def statistics_keep_their_dtype(learner, rng):
    x, (mean, var) = features(rng, n=6, d=3), statistics(rng, d=3)
    for of_mean, of_var, of_x in (("f4", "f4", "f8"), ("f4", "f8", "f8"), ("f8", "f4", "f4")):
        given = mean.astype(of_mean), var.astype(of_var), x.astype(of_x)
        got = learner.update_running_stats(*given, 0.3)
        assert_close(got, updated(*given, 0.3), RUNNING, rtol=1e-3)


@property_of(
    "update_running_stats", "float32 around 4000, float64 around 3e8, a thousand float16: all right"
)
def narrow_and_far_numbers(learner, rng):
    state, spread = statistics(rng, d=2), rng.normal(size=(50, 2))
    many = (rng.normal(size=(1000, 2)) * [20.0, 600.0] + 400).astype(np.float16)
    many[:, 0] = around_no_half(rng, 1000)
    for x in ((spread + 4e3).astype(np.float32), spread + 3e8, many):
        kind = np.result_type(x.dtype, np.float32)
        given = *(each.astype(kind) for each in state), x
        got = learner.update_running_stats(*given, 0.3)
        assert_close(got, updated(*given, 0.3), RUNNING, rtol=5e-3)


@property_of(
    "update_running_stats", "one feature works; one row is a ValueError, and changes nothing"
)
def any_shape_but_one_row(learner, rng):
    given = [(*statistics(rng, d=x.shape[1]), x, 0.3) for x in batches(rng, SHAPES)]
    calls = learner.call_each("update_running_stats", given)
    for call, arguments in zip(calls, given, strict=True):
        if len(arguments[2]) == 1:
            assert_raises(lambda call=call: call.result, "ValueError", "one row")
        else:
            assert_close(call.result, updated(*arguments), RUNNING)
        assert_unchanged(call.after, arguments, "running_mean, running_var, x")


@property_of("update_running_stats", "nothing you are given is changed")
def arguments_are_kept(learner, rng):
    forms = in_every_form(*statistics(rng, d=4), features(rng, n=6, d=4))
    calls = learner.call_each("update_running_stats", forms.values())
    for (got, after), (form, given) in zip(calls, forms.items(), strict=True):
        with precondition():
            assert_close(got, updated(*given, 0.1), f"{RUNNING} of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "running_mean, running_var, x")


@property_of("batch_norm_eval", "the running statistics normalize, then weight and bias act")
def running_statistics_normalize(learner, rng):
    arguments = (features(rng, n=400, d=4), *statistics(rng, d=4), *affine(rng, d=4))
    assert_close(learner.batch_norm_eval(*arguments, 0.0), evaluated(*arguments, 0.0), "y")


@property_of("batch_norm_eval", "a row alone gives what it gives in a batch")
def a_row_alone(learner, rng):
    x, state = features(rng, n=6, d=4), (*statistics(rng, d=4), *affine(rng, d=4))
    want = evaluated(x, *state, 0.0)
    assert_close(learner.batch_norm_eval(x, *state, 0.0), want, "y")
    assert_close(
        learner.batch_norm_eval(x[2:3], *state, 0.0), want[2:3], "y of the third row alone"
    )


@property_of("batch_norm_eval", "eps is inside the root, and 1e-5 where it is not given")
def eps_is_inside_the_root(learner, rng):
    x, (mean, _), learned = features(rng, n=6, d=4), statistics(rng, d=4), affine(rng, d=4)
    var = np.array([0.0, 1e-5, 1e-3, 1.0])
    y = learner.batch_norm_eval(x, mean, var, *learned, BIG_EPS)
    assert_close(y, evaluated(x, mean, var, *learned, BIG_EPS), "y with eps = 0.5")
    y = learner.batch_norm_eval(x, mean, var, *learned)
    assert_close(y, evaluated(x, mean, var, *learned, 1e-5), "y with the default eps")


@property_of("batch_norm_eval", "one row or one feature works, and y has the shape of x")
def any_shape_is_evaluated(learner, rng):
    for x in batches(rng, SHAPES):
        given = (x, *statistics(rng, d=x.shape[1]), *affine(rng, d=x.shape[1]), 0.1)
        assert_close(learner.batch_norm_eval(*given), evaluated(*given), "y")


@property_of("batch_norm_eval", "nothing you are given is changed, and the dtype of x is kept")
def evaluation_leaves_no_trace(learner, rng):
    before = (features(rng, n=6, d=4), *statistics(rng, d=4), *affine(rng, d=4))
    forms = in_every_form(*before)
    forms["float32 and float64"] = before[0].astype(np.float32), *before[1:]
    half, narrow = before[0].copy(), [each.astype(np.float32) for each in before[1:]]
    half[:, 0], narrow[0][0] = around_no_half(rng, 6), 2049.0  # float16 knows no 2049
    forms["float16 and float32"] = half.astype(np.float16), *narrow
    calls = learner.call_each("batch_norm_eval", forms.values(), eps=0.1)
    for (y, after), (form, given) in zip(calls, forms.items(), strict=True):
        with precondition():
            assert_close(y, evaluated(*given, 0.1), f"y of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "x, running_mean, running_var, weight, bias")
