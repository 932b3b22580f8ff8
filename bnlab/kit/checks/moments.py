"""Public checks of `moments`."""

import numpy as np

from ..testing.agree import agree, apart, first
from ..testing.probes import BIG_EPS, features, statistics
from ..testing.properties import shows


def truth(x):
    """Mean and biased variance, worked out one column at a time."""
    columns = x.T.tolist()
    means = [sum(column) / len(column) for column in columns]
    variances = [
        sum((value - mean) ** 2 for value in column) / len(column)
        for column, mean in zip(columns, means, strict=True)
    ]
    return np.array(means).astype(x.dtype), np.array(variances).astype(x.dtype)


def normalized(x, mean, var, eps):
    """The truth, worked out one number at a time."""
    y = [
        [(value - m) / (v + eps) ** 0.5 for value, m, v in zip(row, mean, var, strict=True)]
        for row in x.tolist()
    ]
    return np.array(y)


@shows("batch_moments", "one mean per feature, over the rows")
def one_mean_per_feature(student, rng):
    x = features(rng, n=6, d=4)
    mean, _ = apart(student.batch_moments(x), "mean, var")
    agree(mean, truth(x)[0], "mean")


@shows("batch_moments", "one variance per feature, divided by N")
def one_variance_per_feature(student, rng):
    x = features(rng, n=6, d=4)
    _, var = apart(student.batch_moments(x), "mean, var")
    agree(var, truth(x)[1], "var")


@shows("batch_moments", "float32 numbers around 4000 keep their variance")
def float32_far_from_zero(student, rng):
    x = (rng.normal(size=(50, 2)) + 4e3).astype(np.float32)
    agree(student.batch_moments(x), truth(x), "mean, var", rtol=1e-2)


@shows("batch_moments", "a thousand half-precision numbers have the right mean and variance")
def many_float16_numbers(student, rng):
    x = (rng.normal(size=(1000, 2)) * 20 + 400).astype(np.float16)
    agree(student.batch_moments(x), truth(x), "mean, var", rtol=5e-3)


@shows("batch_moments", "x is the same after the call")
def batch_moments_leaves_x_alone(student, rng):
    x = features(rng, n=6, d=4)
    held = student.hold(x)
    with first():
        agree(student.batch_moments(held), truth(x), "mean, var")
    agree(held.fetch(), x, "x after the call")


@shows("normalize", "x less the given mean, over the root of the given variance plus eps")
def normalizes(student, rng):
    x, (mean, var) = features(rng, n=6, d=4), statistics(rng, d=4)
    y = student.normalize(x, mean, var, BIG_EPS)
    agree(y, normalized(x, mean, var, BIG_EPS), "y")


@shows("normalize", "eps is 1e-5 where it is not given")
def eps_has_a_default(student, rng):
    x, mean = features(rng, n=6, d=4), np.zeros(4)
    var = np.array([0.0, 1e-5, 1e-3, 1.0])
    agree(student.normalize(x, mean, var), normalized(x, mean, var, 1e-5), "y")


@shows("normalize", "x, mean and var are the same after the call")
def normalize_leaves_its_arguments_alone(student, rng):
    given = (features(rng, n=6, d=4), *statistics(rng, d=4))
    held = [student.hold(each) for each in given]
    with first():
        agree(student.normalize(*held, 0.1), normalized(*given, 0.1), "y")
    for after, before, name in zip(held, given, ("x", "mean", "var"), strict=True):
        agree(after.fetch(), before, f"{name} after the call")
