"""Hidden tests of `inference`: the running statistics, and the output that rests on them."""

import numpy as np

from bnlab.kit.checks.inference import RUNNING, evaluated, updated
from bnlab.kit.testing.assertions import assert_close, assert_raises, unpack
from bnlab.kit.testing.inputs import BIG_EPS, affine, features, statistics
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION


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


@property_of("update_running_stats", "momentum is 0.1 where it is not given")
def default_momentum(learner, rng):
    x, state = features(rng), statistics(rng)
    assert_close(
        learner.update_running_stats(*state, x),
        updated(*state, x, 0.1),
        RUNNING,
    )


@property_of("update_running_stats", "float32 data far from zero keep their variance")
def variance_survives_a_large_mean(learner, rng):
    x = (features(rng, n=64) + 3e3).astype(np.float32)
    state = tuple(each.astype(np.float32) for each in statistics(rng))
    mean, var = unpack(learner.update_running_stats(*state, x, 0.7), RUNNING)
    want_mean, want_var = (each.astype(np.float32) for each in updated(*state, x, 0.7))
    assert_close(mean, want_mean, "running_mean", rtol=LOW_PRECISION["float32"])
    assert_close(var, want_var, "running_var", rtol=1e-2, atol=1e-3)


@property_of(
    "update_running_stats", "the running statistics keep their own dtype, whatever the batch has"
)
def running_statistics_keep_their_dtype(learner, rng):
    x = features(rng)
    state = tuple(each.astype(np.float32) for each in statistics(rng))
    got = learner.update_running_stats(*state, x, 0.7)
    want = tuple(each.astype(np.float32) for each in updated(*state, x, 0.7))
    assert_close(got, want, RUNNING, rtol=LOW_PRECISION["float32"], atol=1e-5)


@property_of("update_running_stats", "the old statistics and the batch are left as they were")
def old_statistics_are_left_alone(learner, rng):
    before = (*statistics(rng), features(rng))
    held = [learner.hold(each) for each in before]
    assert_close(
        learner.update_running_stats(*held, 0.7), updated(*before, 0.7), "running_mean, running_var"
    )
    for after, value, name in zip(held, before, ("running_mean", "running_var", "x"), strict=True):
        assert_close(after.fetch(), value, f"{name} after the call")


@property_of(
    "update_running_stats", "a batch of one row has no unbiased variance: it is a ValueError"
)
def one_row_is_refused(learner, rng):
    x, state = features(rng, n=2), statistics(rng)
    two = learner.update_running_stats(*state, x, 0.7)
    assert_close(two, updated(*state, x, 0.7), "running_mean, running_var of two rows")
    assert_raises(lambda: learner.update_running_stats(*state, x[:1], 0.7), "ValueError", "one row")


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


@property_of("batch_norm_eval", "a row gives the same output alone as in company")
def rows_do_not_see_each_other(learner, rng):
    x, state, learned = features(rng, n=4), statistics(rng), affine(rng)
    want = evaluated(x, *state, *learned, 0.1)
    assert_close(learner.batch_norm_eval(x, *state, *learned, 0.1), want, "y")
    for row in range(len(x)):
        alone = learner.batch_norm_eval(x[row : row + 1], *state, *learned, 0.1)
        assert_close(alone, want[row : row + 1], "y of a row alone")


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
    x, state, learned = features(rng).astype(np.float32), statistics(rng), affine(rng)
    y = learner.batch_norm_eval(x, *state, *learned, 0.1)
    want = evaluated(x.astype(np.float64), *state, *learned, 0.1).astype(np.float32)
    assert_close(y, want, "y", rtol=LOW_PRECISION["float32"], atol=1e-5)


@property_of("batch_norm_eval", "evaluation changes nothing: neither the batch nor the statistics")
def evaluation_changes_nothing(learner, rng):
    before = (features(rng), *statistics(rng), *affine(rng))
    held = [learner.hold(each) for each in before]
    assert_close(learner.batch_norm_eval(*held, 0.1), evaluated(*before, 0.1), "y")
    names = ("x", "running_mean", "running_var", "weight", "bias")
    for after, value, name in zip(held, before, names, strict=True):
        assert_close(after.fetch(), value, f"{name} after the call")
