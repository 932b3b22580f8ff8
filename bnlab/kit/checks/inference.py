"""Public checks of `inference`."""

import numpy as np

from ..testing.agree import LOW_PRECISION, agree, apart, refuses
from ..testing.probes import BIG_EPS, affine, features, statistics, tensor
from ..testing.properties import shows

RUNNING = "running_mean, running_var"


def updated(mean, var, x, momentum):
    """Running statistics by torch, in float64."""
    import torch

    mean, var = tensor(mean).double(), tensor(var).double()
    wide = tensor(x).double()
    torch.nn.functional.batch_norm(wide, mean, var, training=True, momentum=momentum)
    return mean.numpy(), var.numpy()


def evaluated(x, mean, var, weight, bias, eps):
    """Output by torch, in evaluation."""
    import torch

    arguments = (tensor(each) for each in (x, mean, var, weight, bias))
    return torch.nn.functional.batch_norm(*arguments, eps=eps).numpy()


@shows("update_running_stats", "momentum is the weight of the new batch, here 0.3")
def momentum_weighs_the_new_batch(student, rng):
    x, state = features(rng, n=6, d=4), statistics(rng, d=4)
    mean, _ = apart(student.update_running_stats(*state, x, 0.3), RUNNING)
    agree(mean, updated(*state, x, 0.3)[0], "running_mean")


@shows("update_running_stats", "the running variance takes in the variance divided by N - 1")
def running_var_is_unbiased(student, rng):
    x, state = features(rng, n=3, d=4), statistics(rng, d=4)
    _, var = apart(student.update_running_stats(*state, x, 0.3), RUNNING)
    agree(var, updated(*state, x, 0.3)[1], "running_var")


@shows("update_running_stats", "two batches in a row, momentum left at its default of 0.1")
def two_batches_in_a_row(student, rng):
    got = want = statistics(rng, d=4)
    for n in (6, 3):
        x = features(rng, n=n, d=4)
        got = apart(student.update_running_stats(*got, x), RUNNING)
        want = updated(*want, x, 0.1)
    agree(got, want, RUNNING)


@shows("update_running_stats", "float32 statistics stay float32 and survive a large mean")
def statistics_stay_float32(student, rng):
    state = tuple(each.astype(np.float32) for each in statistics(rng, d=3))
    for x in (features(rng, n=6, d=3), (rng.normal(size=(50, 3)) + 4e3).astype(np.float32)):
        got = student.update_running_stats(*state, x, 0.3)
        want = tuple(each.astype(np.float32) for each in updated(*state, x, 0.3))
        agree(got, want, RUNNING, rtol=1e-3)


@shows("update_running_stats", "nothing you are given is changed, and one row is a ValueError")
def arguments_are_kept_and_one_row_refused(student, rng):
    before = (*statistics(rng, d=4), features(rng, n=6, d=4))
    held = [student.hold(each) for each in before]
    student.update_running_stats(*held)
    for after, value, name in zip(held, before, ("running_mean", "running_var", "x"), strict=True):
        agree(after.fetch(), value, f"{name} after the call")
    one_row = before[2][:1]
    refuses(lambda: student.update_running_stats(*before[:2], one_row), "ValueError", "one row")


@shows("batch_norm_eval", "the running statistics normalize, then weight and bias act")
def running_statistics_normalize(student, rng):
    arguments = (features(rng, n=6, d=4), *statistics(rng, d=4), *affine(rng, d=4))
    agree(student.batch_norm_eval(*arguments, 0.0), evaluated(*arguments, 0.0), "y")


@shows("batch_norm_eval", "a row alone gives what it gives in a batch")
def a_row_alone(student, rng):
    x, state = features(rng, n=6, d=4), (*statistics(rng, d=4), *affine(rng, d=4))
    want = evaluated(x, *state, 0.0)
    agree(student.batch_norm_eval(x, *state, 0.0), want, "y")
    agree(student.batch_norm_eval(x[2:3], *state, 0.0), want[2:3], "y of the third row alone")


@shows("batch_norm_eval", "eps is inside the root, and 1e-5 where it is not given")
def eps_is_inside_the_root(student, rng):
    x, (mean, _), learned = features(rng, n=6, d=4), statistics(rng, d=4), affine(rng, d=4)
    var = np.array([0.0, 1e-5, 1e-3, 1.0])
    y = student.batch_norm_eval(x, mean, var, *learned, BIG_EPS)
    agree(y, evaluated(x, mean, var, *learned, BIG_EPS), "y with eps = 0.5")
    y = student.batch_norm_eval(x, mean, var, *learned)
    agree(y, evaluated(x, mean, var, *learned, 1e-5), "y with the default eps")


@shows("batch_norm_eval", "nothing you are given is changed, and the dtype of x is kept")
def evaluation_leaves_no_trace(student, rng):
    before = (features(rng, n=6, d=4), *statistics(rng, d=4), *affine(rng, d=4))
    held = [student.hold(each) for each in before]
    student.batch_norm_eval(*held)
    names = ("x", "running_mean", "running_var", "weight", "bias")
    for after, value, name in zip(held, before, names, strict=True):
        agree(after.fetch(), value, f"{name} after the call")
    y = student.batch_norm_eval(before[0].astype(np.float32), *before[1:], 0.1)
    want = evaluated(*before, 0.1).astype(np.float32)
    agree(y, want, "y of float32", rtol=LOW_PRECISION["float32"], atol=1e-4)
