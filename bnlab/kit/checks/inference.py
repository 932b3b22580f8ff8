"""Public checks of `inference`."""

import numpy as np

from ..testing.assertions import assert_close, assert_raises, unpack
from ..testing.inputs import BIG_EPS, affine, features, statistics, tensor
from ..testing.properties import property_of
from ..testing.tolerances import LOW_PRECISION

RUNNING = "running_mean, running_var"


def updated(mean, var, x, momentum):
    """Return the running statistics of torch, in float64."""
    import torch

    mean, var = tensor(mean).double(), tensor(var).double()
    wide = tensor(x).double()
    torch.nn.functional.batch_norm(wide, mean, var, training=True, momentum=momentum)
    return mean.numpy(), var.numpy()


def evaluated(x, mean, var, weight, bias, eps):
    """Return the output of torch in evaluation mode."""
    import torch

    arguments = (tensor(each) for each in (x, mean, var, weight, bias))
    return torch.nn.functional.batch_norm(*arguments, eps=eps).numpy()


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


@property_of("update_running_stats", "float32 statistics stay float32 and survive a large mean")
def statistics_stay_float32(learner, rng):
    state = tuple(each.astype(np.float32) for each in statistics(rng, d=3))
    for x in (features(rng, n=6, d=3), (rng.normal(size=(50, 3)) + 4e3).astype(np.float32)):
        got = learner.update_running_stats(*state, x, 0.3)
        want = tuple(each.astype(np.float32) for each in updated(*state, x, 0.3))
        assert_close(got, want, RUNNING, rtol=1e-3)


@property_of(
    "update_running_stats", "nothing you are given is changed, and one row is a ValueError"
)
def arguments_are_kept_and_one_row_refused(learner, rng):
    before = (*statistics(rng, d=4), features(rng, n=6, d=4))
    held = [learner.hold(each) for each in before]
    learner.update_running_stats(*held)
    for after, value, name in zip(held, before, ("running_mean", "running_var", "x"), strict=True):
        assert_close(after.fetch(), value, f"{name} after the call")
    one_row = before[2][:1]
    assert_raises(
        lambda: learner.update_running_stats(*before[:2], one_row), "ValueError", "one row"
    )


@property_of("batch_norm_eval", "the running statistics normalize, then weight and bias act")
def running_statistics_normalize(learner, rng):
    arguments = (features(rng, n=6, d=4), *statistics(rng, d=4), *affine(rng, d=4))
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


@property_of("batch_norm_eval", "nothing you are given is changed, and the dtype of x is kept")
def evaluation_leaves_no_trace(learner, rng):
    before = (features(rng, n=6, d=4), *statistics(rng, d=4), *affine(rng, d=4))
    held = [learner.hold(each) for each in before]
    learner.batch_norm_eval(*held)
    names = ("x", "running_mean", "running_var", "weight", "bias")
    for after, value, name in zip(held, before, names, strict=True):
        assert_close(after.fetch(), value, f"{name} after the call")
    y = learner.batch_norm_eval(before[0].astype(np.float32), *before[1:], 0.1)
    want = evaluated(*before, 0.1).astype(np.float32)
    assert_close(y, want, "y of float32", rtol=LOW_PRECISION["float32"], atol=1e-4)
