"""Public checks of `sync`."""

import numpy as np

from ..testing.agree import agree, apart
from ..testing.probes import affine, features, tensor
from ..testing.properties import shows


def triple(rows):
    """Count, mean and biased variance of rows, by torch."""
    import torch

    var, mean = torch.var_mean(tensor(rows).double(), dim=0, correction=0)
    return len(rows), mean.numpy(), var.numpy()


def pieces(rng, *sizes):
    """Rows (n, 4) cut into pieces of these sizes; each has an offset of its own."""
    return [features(rng, n, 4) + rng.normal(size=4) for n in sizes]


def merged(student, a, b):
    """The learner's triple, once it is one."""
    return apart(student.merge_moments(a, b), "count, mean, var")


def truth(shards, weight, bias, eps):
    """Batch norm by torch of all rows together, cut into shards again."""
    import torch

    rows, weight, bias = (tensor(each).double() for each in (np.concatenate(shards), weight, bias))
    y = torch.nn.functional.batch_norm(rows, None, None, weight, bias, training=True, eps=eps)
    return tuple(part.numpy() for part in y.split([len(shard) for shard in shards]))


@shows("merge_moments", "counts add up; a mean weighs as much as it has rows")
def count_and_mean(student, rng):
    a, b = pieces(rng, 1, 6)
    count, mean, _ = merged(student, triple(a), triple(b))
    agree(mean, triple(np.concatenate([a, b]))[1], "mean")
    agree(count, 7.0, "count")


@shows("merge_moments", "the variance is that of all rows together")
def variance_of_all(student, rng):
    a, b = pieces(rng, 2, 6)
    _, _, var = merged(student, triple(a), triple(b))
    agree(var, triple(np.concatenate([a, b]))[2], "var")


@shows("merge_moments", "means far from zero do not spoil the variance, and nothing is overwritten")
def far_from_zero(student, rng):
    a, b = (triple(rows) for rows in pieces(rng, 5, 3))
    mean = student.hold(a[1] + 3e7)
    _, _, var = merged(student, (5, mean, a[2]), (3, b[1] + 3e7, b[2]))
    _, _, near = merged(student, a, b)
    agree(var, near, "var far from zero", rtol=1e-5, atol=1e-6)
    agree(mean.fetch(), a[1] + 3e7, "mean of a after the call")


@shows("sync_batch_norm", "all shards are normalized with the statistics of all rows")
def one_batch(student, rng):
    shards = pieces(rng, 3, 3)
    y = student.sync_batch_norm(shards, np.ones(4), np.zeros(4), 0.3)
    agree(y, truth(shards, np.ones(4), np.zeros(4), 0.3), "y")


@shows("sync_batch_norm", "shards of unequal size weigh unequally; weight and bias are applied")
def unequal_shards(student, rng):
    shards, (weight, bias) = pieces(rng, 1, 6, 2), affine(rng, 4)
    y = student.sync_batch_norm(shards, weight, bias, 0.3)
    agree(y, truth(shards, weight, bias, 0.3), "y")


@shows("sync_batch_norm", "eps is 1e-5 where it is not given; the shards are left as they were")
def default_eps(student, rng):
    shards, (weight, bias) = [each / 200 for each in pieces(rng, 4, 2)], affine(rng, 4)
    held = student.hold(shards[0])
    y = student.sync_batch_norm([held, shards[1]], weight, bias)
    agree(y, truth(shards, weight, bias, 1e-5), "y")
    agree(held.fetch(), shards[0], "a shard after the call")


@shows("sync_batch_norm", "float32 data far from zero are normalized well, and stay float32")
def float32_far_from_zero(student, rng):
    shards = [(rng.normal(size=(n, 4)) + 4e3).astype(np.float32) for n in (9, 5)]
    weight, bias = (each.astype(np.float32) for each in affine(rng, 4))
    y = student.sync_batch_norm(shards, weight, bias)
    want = tuple(each.astype(np.float32) for each in truth(shards, weight, bias, 1e-5))
    agree(y, want, "y", rtol=2e-2, atol=2e-2)
