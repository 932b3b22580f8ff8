"""Hidden tests of `inference`: the running statistics, and the output that rests on them."""

import numpy as np

from bnlab.kit.checks.inference import RUNNING, evaluated, updated
from bnlab.kit.testing.agree import LOW_PRECISION, agree, apart, refuses
from bnlab.kit.testing.probes import BIG_EPS, affine, features, statistics
from bnlab.kit.testing.properties import shows


@shows("update_running_stats", "the running mean takes in the batch mean with weight momentum")
def running_mean_takes_in_the_batch_mean(student, rng):
    x, state = features(rng, n=4), statistics(rng)
    mean, _ = apart(student.update_running_stats(*state, x, 0.7), RUNNING)
    agree(mean, updated(*state, x, 0.7)[0], "running_mean")


@shows("update_running_stats", "the running variance takes in the unbiased variance of the batch")
def running_var_takes_in_the_unbiased_variance(student, rng):
    x, state = features(rng, n=4), statistics(rng)
    _, var = apart(student.update_running_stats(*state, x, 0.7), RUNNING)
    agree(var, updated(*state, x, 0.7)[1], "running_var")


@shows("update_running_stats", "a second batch builds on what the first one left")
def batches_build_on_each_other(student, rng):
    got = want = statistics(rng)
    for n, momentum in ((4, 0.7), (5, 0.2), (2, 0.6)):
        x = features(rng, n=n)
        got = apart(student.update_running_stats(*got, x, momentum), RUNNING)
        want = updated(*want, x, momentum)
        agree(got, want, f"{RUNNING} after the batch of {n}")


@shows("update_running_stats", "momentum is 0.1 where it is not given")
def default_momentum(student, rng):
    x, state = features(rng), statistics(rng)
    agree(
        student.update_running_stats(*state, x),
        updated(*state, x, 0.1),
        RUNNING,
    )


@shows("update_running_stats", "float32 data far from zero keep their variance")
def variance_survives_a_large_mean(student, rng):
    x = (features(rng, n=64) + 3e3).astype(np.float32)
    state = tuple(each.astype(np.float32) for each in statistics(rng))
    mean, var = apart(student.update_running_stats(*state, x, 0.7), RUNNING)
    want_mean, want_var = (each.astype(np.float32) for each in updated(*state, x, 0.7))
    agree(mean, want_mean, "running_mean", rtol=LOW_PRECISION["float32"])
    agree(var, want_var, "running_var", rtol=1e-2, atol=1e-3)


@shows(
    "update_running_stats", "the running statistics keep their own dtype, whatever the batch has"
)
def running_statistics_keep_their_dtype(student, rng):
    x = features(rng)
    state = tuple(each.astype(np.float32) for each in statistics(rng))
    got = student.update_running_stats(*state, x, 0.7)
    want = tuple(each.astype(np.float32) for each in updated(*state, x, 0.7))
    agree(got, want, RUNNING, rtol=LOW_PRECISION["float32"], atol=1e-5)


@shows("update_running_stats", "the old statistics and the batch are left as they were")
def old_statistics_are_left_alone(student, rng):
    before = (*statistics(rng), features(rng))
    held = [student.hold(each) for each in before]
    agree(
        student.update_running_stats(*held, 0.7), updated(*before, 0.7), "running_mean, running_var"
    )
    for after, value, name in zip(held, before, ("running_mean", "running_var", "x"), strict=True):
        agree(after.fetch(), value, f"{name} after the call")


@shows("update_running_stats", "a batch of one row has no unbiased variance: it is a ValueError")
def one_row_is_refused(student, rng):
    x, state = features(rng, n=2), statistics(rng)
    two = student.update_running_stats(*state, x, 0.7)
    agree(two, updated(*state, x, 0.7), "running_mean, running_var of two rows")
    refuses(lambda: student.update_running_stats(*state, x[:1], 0.7), "ValueError", "one row")


@shows("batch_norm_eval", "the running statistics are what x is normalized with")
def normalizes_with_the_running_statistics(student, rng):
    x, state, plain = features(rng), statistics(rng), (np.ones(5), np.zeros(5))
    agree(student.batch_norm_eval(x, *state, *plain, 0.0), evaluated(x, *state, *plain, 0.0), "y")


@shows("batch_norm_eval", "weight and bias act as they do in training")
def weight_and_bias_act(student, rng):
    x, state, learned = features(rng), statistics(rng), affine(rng)
    y = student.batch_norm_eval(x, *state, *learned, 0.0)
    agree(y, evaluated(x, *state, *learned, 0.0), "y")


@shows("batch_norm_eval", "a row gives the same output alone as in company")
def rows_do_not_see_each_other(student, rng):
    x, state, learned = features(rng, n=4), statistics(rng), affine(rng)
    want = evaluated(x, *state, *learned, 0.1)
    agree(student.batch_norm_eval(x, *state, *learned, 0.1), want, "y")
    for row in range(len(x)):
        alone = student.batch_norm_eval(x[row : row + 1], *state, *learned, 0.1)
        agree(alone, want[row : row + 1], "y of a row alone")


@shows("batch_norm_eval", "eps is added to the running variance, inside the root")
def eps_is_inside_the_root(student, rng):
    x, state, learned = features(rng), statistics(rng), affine(rng)
    y = student.batch_norm_eval(x, *state, *learned, eps=BIG_EPS)
    agree(y, evaluated(x, *state, *learned, BIG_EPS), "y")


@shows("batch_norm_eval", "eps is 1e-5 where it is not given, and keeps a dead feature finite")
def default_eps(student, rng):
    x, (mean, _), learned = features(rng), statistics(rng), affine(rng)
    var = np.array([0.0, 1e-6, 1e-5, 1e-4, 1.0])
    y = student.batch_norm_eval(x, mean, var, *learned)
    agree(y, evaluated(x, mean, var, *learned, 1e-5), "y")


@shows("batch_norm_eval", "y has the dtype of x, whatever the statistics have")
def output_has_the_dtype_of_the_batch(student, rng):
    x, state, learned = features(rng).astype(np.float32), statistics(rng), affine(rng)
    y = student.batch_norm_eval(x, *state, *learned, 0.1)
    want = evaluated(x.astype(np.float64), *state, *learned, 0.1).astype(np.float32)
    agree(y, want, "y", rtol=LOW_PRECISION["float32"], atol=1e-5)


@shows("batch_norm_eval", "evaluation changes nothing: neither the batch nor the statistics")
def evaluation_changes_nothing(student, rng):
    before = (features(rng), *statistics(rng), *affine(rng))
    held = [student.hold(each) for each in before]
    agree(student.batch_norm_eval(*held, 0.1), evaluated(*before, 0.1), "y")
    names = ("x", "running_mean", "running_var", "weight", "bias")
    for after, value, name in zip(held, before, names, strict=True):
        agree(after.fetch(), value, f"{name} after the call")
