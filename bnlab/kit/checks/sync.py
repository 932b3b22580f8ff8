"""Public checks of `sync`."""

import numpy as np

from ..testing.assertions import assert_close, unpack
from ..testing.inputs import affine, features, tensor
from ..testing.properties import property_of


def triple(rows):
    """Return count, mean and biased variance of rows, by torch."""
    import torch

    var, mean = torch.var_mean(tensor(rows).double(), dim=0, correction=0)
    return len(rows), mean.numpy(), var.numpy()


def pieces(rng, *sizes):
    """Return rows (n, 4) in pieces of these sizes, each with another offset."""
    return [features(rng, n, 4) + rng.normal(size=4) for n in sizes]


def merged(learner, a, b):
    """Return the learner's result if it is a triple."""
    return unpack(learner.merge_moments(a, b), "count, mean, var")


def truth(shards, weight, bias, eps):
    """Return the batch norm of all rows by torch, split into the shards."""
    import torch

    rows, weight, bias = (tensor(each).double() for each in (np.concatenate(shards), weight, bias))
    y = torch.nn.functional.batch_norm(rows, None, None, weight, bias, training=True, eps=eps)
    return tuple(part.numpy() for part in y.split([len(shard) for shard in shards]))


@property_of("merge_moments", "counts add up; a mean weighs as much as it has rows")
def count_and_mean(learner, rng):
    a, b = pieces(rng, 1, 6)
    count, mean, _ = merged(learner, triple(a), triple(b))
    assert_close(mean, triple(np.concatenate([a, b]))[1], "mean")
    assert_close(count, 7.0, "count")


@property_of("merge_moments", "the variance is that of all rows together")
def variance_of_all(learner, rng):
    a, b = pieces(rng, 2, 6)
    _, _, var = merged(learner, triple(a), triple(b))
    assert_close(var, triple(np.concatenate([a, b]))[2], "var")


@property_of(
    "merge_moments", "means far from zero do not spoil the variance, and nothing is overwritten"
)
def far_from_zero(learner, rng):
    a, b = (triple(rows) for rows in pieces(rng, 5, 3))
    mean = learner.hold(a[1] + 3e7)
    _, _, var = merged(learner, (5, mean, a[2]), (3, b[1] + 3e7, b[2]))
    _, _, near = merged(learner, a, b)
    assert_close(var, near, "var far from zero", rtol=1e-5, atol=1e-6)
    assert_close(mean.fetch(), a[1] + 3e7, "mean of a after the call")


@property_of("sync_batch_norm", "all shards are normalized with the statistics of all rows")
def one_batch(learner, rng):
    shards = pieces(rng, 3, 3)
    y = learner.sync_batch_norm(shards, np.ones(4), np.zeros(4), 0.3)
    assert_close(y, truth(shards, np.ones(4), np.zeros(4), 0.3), "y")


@property_of(
    "sync_batch_norm", "shards of unequal size weigh unequally; weight and bias are applied"
)
def unequal_shards(learner, rng):
    shards, (weight, bias) = pieces(rng, 1, 6, 2), affine(rng, 4)
    y = learner.sync_batch_norm(shards, weight, bias, 0.3)
    assert_close(y, truth(shards, weight, bias, 0.3), "y")


@property_of(
    "sync_batch_norm", "eps is 1e-5 where it is not given; the shards are left as they were"
)
def default_eps(learner, rng):
    shards, (weight, bias) = [each / 200 for each in pieces(rng, 4, 2)], affine(rng, 4)
    held = learner.hold(shards[0])
    y = learner.sync_batch_norm([held, shards[1]], weight, bias)
    assert_close(y, truth(shards, weight, bias, 1e-5), "y")
    assert_close(held.fetch(), shards[0], "a shard after the call")


@property_of("sync_batch_norm", "float32 data far from zero are normalized well, and stay float32")
def float32_far_from_zero(learner, rng):
    shards = [(rng.normal(size=(n, 4)) + 4e3).astype(np.float32) for n in (9, 5)]
    weight, bias = (each.astype(np.float32) for each in affine(rng, 4))
    y = learner.sync_batch_norm(shards, weight, bias)
    want = tuple(each.astype(np.float32) for each in truth(shards, weight, bias, 1e-5))
    assert_close(y, want, "y", rtol=2e-2, atol=2e-2)
