"""Hidden tests of `inference`: the running statistics, and the output that rests on them."""

import numpy as np

from bnlab.kit.checks.inference import RUNNING, evaluated, updated
from bnlab.kit.testing.assertions import assert_close, assert_raises, assert_unchanged, unpack
from bnlab.kit.testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    batches,
    features,
    in_every_form,
    statistics,
)
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION, tolerance

SHAPES = ((3, 4), (2, 1), (5, 5), (6, 2), (67, 2))
"""Few rows, one feature, as many rows as features, and many rows."""


@property_of(
    "update_running_stats", "the running mean takes in the batch mean with weight momentum"
)
def running_mean_takes_in_the_batch_mean(learner, rng):
    x, state = features(rng, n=4), statistics(rng)
    mean, _ = unpack(learner.update_running_stats(*state, x, 0.7), RUNNING)
    assert_close(mean, updated(*state, x, 0.7)[0], "running_mean")


@property_of(
    "update_running_stats", "the running variance takes in the unbiased variance of the batch"
)
def running_var_takes_in_the_unbiased_variance(learner, rng):
    x, state = features(rng, n=4), statistics(rng)
    _, var = unpack(learner.update_running_stats(*state, x, 0.7), RUNNING)
    assert_close(var, updated(*state, x, 0.7)[1], "running_var")


@property_of("update_running_stats", "a second batch builds on what the first one left")
def batches_build_on_each_other(learner, rng):
    got = want = statistics(rng)
    for n, momentum in ((4, 0.7), (5, 0.2), (2, 0.6)):
        x = features(rng, n=n)
        got = unpack(learner.update_running_stats(*got, x, momentum), RUNNING)
        want = updated(*want, x, momentum)
        assert_close(got, want, f"{RUNNING} after the batch of {n}")


@property_of(
    "update_running_stats",
    "momentum is 0.1 where it is not given; 0 leaves the statistics and 1 replaces them",
)
def default_momentum(learner, rng):
    x, state = features(rng), statistics(rng)
    given = [(*state, x), (*state, x, 0.0), (*state, x, 1.0)]
    for (got, _), momentum in zip(
        learner.call_each("update_running_stats", given), (0.1, 0.0, 1.0), strict=True
    ):
        assert_close(got, updated(*state, x, momentum), RUNNING)


@property_of(
    "update_running_stats", "data far from zero keep their variance, in float32 and in float64"
)
def variance_survives_a_large_mean(learner, rng):
    x, state = features(rng, n=64), statistics(rng)
    narrow = tuple(each.astype(np.float32) for each in state)
    given = [(*narrow, (x + 3e3).astype(np.float32)), (*state, x + 1e8)]
    calls = learner.call_each("update_running_stats", given, momentum=0.7)
    for (got, _), arguments in zip(calls, given, strict=True):
        mean, var = unpack(got, RUNNING)
        want_mean, want_var = updated(*arguments, 0.7)
        assert_close(mean, want_mean, "running_mean", rtol=LOW_PRECISION["float32"])
        assert_close(var, want_var, "running_var", rtol=1e-2, atol=1e-3)


@property_of(
    "update_running_stats", "each running statistic keeps its own dtype, whatever the others have"
)
def running_statistics_keep_their_dtype(learner, rng):
    x, state = features(rng), statistics(rng)
    dtypes = ("f4", "f4", "f8"), ("f8", "f4", "f8"), ("f4", "f8", "f4"), ("f8", "f8", "f2")
    given = [
        tuple(each.astype(dtype) for each, dtype in zip((*state, x), of, strict=True))
        for of in dtypes
    ]
    calls = learner.call_each("update_running_stats", given, momentum=0.7)
    for (got, _), arguments in zip(calls, given, strict=True):
        narrowest = min(arguments, key=lambda each: each.dtype.itemsize)
        assert_close(got, updated(*arguments, 0.7), RUNNING, **tolerance(narrowest))


@property_of(
    "update_running_stats", "a batch in half precision has its statistics in float32 or wider"
)
def half_precision_has_wide_statistics(learner, rng):
    x = rng.normal(size=(600, 3)) * [40.0, 200.0, 500.0] + 300
    x = np.column_stack([x, around_no_half(rng, 600)]).astype(np.float16)
    state = tuple(each.astype(np.float32) for each in statistics(rng, d=4))
    got = learner.update_running_stats(*state, x, 0.7)
    assert_close(got, updated(*state, x, 0.7), RUNNING, rtol=LOW_PRECISION["float16"])


@property_of(
    "update_running_stats", "any number of rows and of features works, one feature as well"
)
def statistics_of_any_shape(learner, rng):
    given = [(*statistics(rng, x.shape[1]), x) for x in batches(rng, SHAPES)]
    calls = learner.call_each("update_running_stats", given, momentum=0.7)
    for (got, after), arguments in zip(calls, given, strict=True):
        assert_close(got, updated(*arguments, 0.7), RUNNING)
        assert_unchanged(after, arguments, "running_mean, running_var, x")


@property_of(
    "update_running_stats",
    "the old statistics and the batch are left as they were, in every dtype and memory order",
)
def old_statistics_are_left_alone(learner, rng):
    forms = in_every_form(*statistics(rng), features(rng))
    calls = learner.call_each("update_running_stats", forms.values(), momentum=0.7)
    for (got, after), (form, given) in zip(calls, forms.items(), strict=True):
        assert_close(got, updated(*given, 0.7), f"{RUNNING} of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "running_mean, running_var, x")


@property_of(
    "update_running_stats",
    "a batch of one row has no unbiased variance: it is a ValueError, and nothing is changed",
)
def one_row_is_refused(learner, rng):
    x, state = features(rng, n=2), statistics(rng)
    column = statistics(rng, d=1)
    given = [(*state, x, 0.7), (*state, x[:1], 0.7), (*column, x[:1, :1], 0.7)]
    two, one, number = calls = learner.call_each("update_running_stats", given)
    assert_close(two.result, updated(*state, x, 0.7), f"{RUNNING} of two rows")
    assert_raises(lambda: one.result, "ValueError", "one row")
    assert_raises(lambda: number.result, "ValueError", "one row of one feature")
    for call, arguments in zip(calls, given, strict=True):
        assert_unchanged(call.after, arguments, "running_mean, running_var, x")


@property_of("batch_norm_eval", "the running statistics are what x is normalized with")
def normalizes_with_the_running_statistics(learner, rng):
    x, state, plain = features(rng), statistics(rng), (np.ones(5), np.zeros(5))
    assert_close(
        learner.batch_norm_eval(x, *state, *plain, 0.0), evaluated(x, *state, *plain, 0.0), "y"
    )


@property_of("batch_norm_eval", "weight and bias act as they do in training")
def weight_and_bias_act(learner, rng):
    x, state, learned = features(rng), statistics(rng), affine(rng)
    y = learner.batch_norm_eval(x, *state, *learned, 0.0)
    assert_close(y, evaluated(x, *state, *learned, 0.0), "y")


@property_of(
    "batch_norm_eval",
    "a row gives the same output alone as in company, whatever the number of rows and features",
)
def rows_do_not_see_each_other(learner, rng):
    given = []
    for x in (features(rng, n=4), *batches(rng, SHAPES)):
        state = *statistics(rng, x.shape[1]), *affine(rng, x.shape[1])
        given += [(x, *state), (x[-1:], *state)]
    calls = learner.call_each("batch_norm_eval", given, eps=0.1)
    for (y, after), arguments in zip(calls, given, strict=True):
        assert_close(y, evaluated(*arguments, 0.1), "y")
        assert_unchanged(after, arguments, "x, running_mean, running_var, weight, bias")


@property_of("batch_norm_eval", "eps is added to the running variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    x, state, learned = features(rng), statistics(rng), affine(rng)
    y = learner.batch_norm_eval(x, *state, *learned, eps=BIG_EPS)
    assert_close(y, evaluated(x, *state, *learned, BIG_EPS), "y")


@property_of(
    "batch_norm_eval", "eps is 1e-5 where it is not given, and keeps a dead feature finite"
)
def default_eps(learner, rng):
    x, (mean, _), learned = features(rng), statistics(rng), affine(rng)
    var = np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    y = learner.batch_norm_eval(x, mean, var, *learned)
    assert_close(y, evaluated(x, mean, var, *learned, 1e-5), "y")


@property_of("batch_norm_eval", "y has the dtype of x, whatever the statistics have")
def output_has_the_dtype_of_the_batch(learner, rng):
    x, state = features(rng), (*statistics(rng), *affine(rng))
    half = (rng.normal(size=(64, 5)) * 400).astype(np.float16)
    half[:, 0] = around_no_half(rng, 64)
    wide = state[0] * 100, state[1] * 4e4, *state[2:]
    wide[0][0], wide[1][0] = 2049.0, 1.0  # in float16 all digits of the difference are lost
    given = [
        (x.astype(np.float32), *state),
        (x, *(each.astype(np.float32) for each in state)),
        (half, *(each.astype(np.float32) for each in wide)),
    ]
    calls = learner.call_each("batch_norm_eval", given, eps=0.1)
    for (y, _), arguments in zip(calls, given, strict=True):
        close = tolerance(arguments[0] if arguments[0].dtype != np.float64 else arguments[1])
        assert_close(y, evaluated(*arguments, 0.1), f"y in {arguments[0].dtype}", **close)


@property_of(
    "batch_norm_eval",
    "evaluation changes nothing: neither the batch nor the statistics, in any dtype or memory "
    "order",
)
def evaluation_changes_nothing(learner, rng):
    forms = in_every_form(features(rng), *statistics(rng), *affine(rng))
    calls = learner.call_each("batch_norm_eval", forms.values(), eps=0.1)
    for (y, after), (form, given) in zip(calls, forms.items(), strict=True):
        assert_close(y, evaluated(*given, 0.1), f"y of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "x, running_mean, running_var, weight, bias")
