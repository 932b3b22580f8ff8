"""Hidden tests of `sync`: moments that merge, and one batch norm over many shards."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, observe, unpack
from bnlab.kit.testing.inputs import BIG_EPS, affine, features, tensor
from bnlab.kit.testing.properties import property_of


def triple(rows):
    """Count, mean and biased variance of rows, by torch in float64."""
    var, mean = torch.var_mean(tensor(rows).double(), dim=0, correction=0)
    return len(rows), mean.numpy(), var.numpy()


def pieces(rng, *sizes, d=5):
    """Rows (n, d) cut into pieces of these sizes; each has an offset of its own."""
    return [features(rng, n, d) + rng.normal(size=d) for n in sizes]


def merged(learner, a, b):
    """The learner's triple, once it is one."""
    return tuple(unpack(learner.merge_moments(a, b), "count, mean, var"))


def agree_triple(got, want, what, **tolerance):
    """Compares (count, mean, var); any kind of number will do for the count."""
    count, mean, var = want
    assert_close(got, (float(count), mean, var), what, **tolerance)


def truth(shards, weight, bias, eps):
    """Batch norm by torch of all rows together, in float64, cut into shards again."""
    rows, weight, bias = (tensor(each).double() for each in (np.concatenate(shards), weight, bias))
    y = torch.nn.functional.batch_norm(rows, None, None, weight, bias, training=True, eps=eps)
    sizes = [len(shard) for shard in shards]
    return tuple(part.numpy().astype(shards[0].dtype) for part in y.split(sizes))


def agree_shards(got, want, what, **tolerance):
    """Compares shard by shard; all of them are noted, as some mistakes begin alike."""
    observe(what, got)
    assert_close(got, want, what, **tolerance)


def plain(d=5):
    """The weight and the bias that change nothing."""
    return np.ones(d), np.zeros(d)


@property_of("merge_moments", "the counts add up, and each mean weighs as much as it has rows")
def means_weigh_by_their_rows(learner, rng):
    a, b = pieces(rng, 2, 5)
    count, mean, _ = merged(learner, triple(a), triple(b))
    want = triple(np.concatenate([a, b]))
    assert_close(mean, want[1], "mean")
    assert_close(count, float(want[0]), "count")


@property_of(
    "merge_moments", "the variance is that of all rows around their common mean, divided by N"
)
def variance_of_all_rows(learner, rng):
    a, b = pieces(rng, 5, 2)
    _, _, var = merged(learner, triple(a), triple(b))
    assert_close(var, triple(np.concatenate([a, b]))[2], "var")


@property_of("merge_moments", "a single row is a set too, with a variance of zero")
def a_single_row_is_a_set(learner, rng):
    one, many = pieces(rng, 1, 4)
    for a, b in ((one, many), (many, one), (one, one + 1)):
        want = triple(np.concatenate([a, b]))
        got = merged(learner, triple(a), triple(b))
        agree_triple(got, want, f"count, mean, var of {len(a)} and {len(b)} rows")


@property_of("merge_moments", "the order of merging does not matter")
def order_does_not_matter(learner, rng):
    rows = pieces(rng, 3, 2, 6)
    a, b, c = (triple(each) for each in rows)
    want = triple(np.concatenate(rows))
    forth = merged(learner, merged(learner, a, b), c)
    agree_triple(forth, want, "count, mean, var from first to last")
    back = merged(learner, c, merged(learner, b, a))
    agree_triple(back, want, "count, mean, var from last to first")


@property_of("merge_moments", "means far from zero leave the variance as it was")
def variance_survives_a_large_mean(learner, rng):
    a, b = pieces(rng, 4, 7)
    (n, mean_a, var_a), (m, mean_b, var_b) = triple(a), triple(b)
    got = merged(learner, (n, mean_a + 1e8, var_a), (m, mean_b + 1e8, var_b))
    _, mean, var = triple(np.concatenate([a, b]))
    agree_triple(got, (n + m, mean + 1e8, var), "count, mean, var", rtol=1e-6, atol=1e-6)


@property_of("merge_moments", "the moments that are merged stay as they were")
def moments_are_left_alone(learner, rng):
    rows = pieces(rng, 3, 5)
    (n, *first), (m, *second) = (triple(each) for each in rows)
    held = [learner.hold(each) for each in (*first, *second)]
    got = merged(learner, (n, *held[:2]), (m, *held[2:]))
    agree_triple(got, triple(np.concatenate(rows)), "count, mean, var")
    names = ("mean of a", "var of a", "mean of b", "var of b")
    for after, before, name in zip(held, (*first, *second), names, strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")


@property_of("sync_batch_norm", "all shards are normalized with the statistics of all rows")
def shards_share_their_statistics(learner, rng):
    shards, (weight, bias) = pieces(rng, 4, 4), plain()
    y = learner.sync_batch_norm(shards, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")


@property_of("sync_batch_norm", "a shard weighs as much as it has rows")
def shards_weigh_by_their_rows(learner, rng):
    shards, (weight, bias) = pieces(rng, 2, 7, 3), plain()
    y = learner.sync_batch_norm(shards, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")


@property_of("sync_batch_norm", "every row may be a shard of its own")
def a_shard_may_be_one_row(learner, rng):
    shards, (weight, bias) = pieces(rng, 1, 1, 1, 1), affine(rng)
    y = learner.sync_batch_norm(shards, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")


@property_of("sync_batch_norm", "weight and bias of each feature are applied")
def weight_and_bias_are_applied(learner, rng):
    shards, (weight, bias) = pieces(rng, 3, 5), affine(rng)
    y = learner.sync_batch_norm(shards, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")


@property_of(
    "sync_batch_norm", "eps is added to the variance, inside the root; it is 1e-5 if not given"
)
def eps_is_inside_the_root(learner, rng):
    shards, (weight, bias) = [each / 100 for each in pieces(rng, 3, 5)], affine(rng)
    y = learner.sync_batch_norm(shards, weight, bias, eps=BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")
    y = learner.sync_batch_norm(shards, weight, bias)
    agree_shards(y, truth(shards, weight, bias, 1e-5), "y with the default eps")


@property_of("sync_batch_norm", "float32 data far from zero are normalized well, and stay float32")
def float32_far_from_zero(learner, rng):
    shards = [(rng.normal(size=(n, 5)) + 3e3).astype(np.float32) for n in (6, 11)]
    weight, bias = (each.astype(np.float32) for each in affine(rng))
    y = learner.sync_batch_norm(shards, weight, bias)
    agree_shards(y, truth(shards, weight, bias, 1e-5), "y", rtol=1e-2, atol=1e-2)


@property_of(
    "sync_batch_norm", "each output has the dtype of its shard, whatever that of the parameters"
)
def outputs_have_the_dtype_of_the_shards(learner, rng):
    shards, (weight, bias) = [each.astype(np.float32) for each in pieces(rng, 3, 5)], affine(rng)
    y = learner.sync_batch_norm(shards, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y", rtol=1e-4, atol=1e-4)


@property_of("sync_batch_norm", "the shards are left as they were")
def shards_are_left_alone(learner, rng):
    shards, (weight, bias) = pieces(rng, 3, 5), affine(rng)
    held = [learner.hold(each) for each in shards]
    y = learner.sync_batch_norm(held, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")
    for after, before in zip(held, shards, strict=True):
        assert_close(after.fetch(), before, "a shard after the call")
