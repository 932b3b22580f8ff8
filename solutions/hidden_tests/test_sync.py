"""Hidden tests of `sync`: moments that merge, and one batch norm over many shards."""

import numpy as np
import torch

from bnlab.kit.checks.sync import OVERWRITTEN
from bnlab.kit.testing.assertions import assert_close, unpack
from bnlab.kit.testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    features,
    one_change_at_a_time,
    tensor,
)
from bnlab.kit.testing.properties import property_of

NO_EPS = 1e-300
"""Torch refuses zero in training; this is the same in float64."""


def triple(rows):
    """Count, mean and biased variance of rows, by torch in float64."""
    var, mean = torch.var_mean(tensor(rows).double(), dim=0, correction=0)
    return len(rows), mean.numpy(), var.numpy()


def pieces(rng, *sizes, d=5):
    """Rows (n, d) cut into pieces of these sizes; each has an offset of its own."""
    return [features(rng, n, d) + rng.normal(size=d) for n in sizes]


def half_precision(rng, n=24):
    """Rows of float16: their squares overflow, and the mean of the first column is no float16."""
    steps = around_no_half(rng, n)
    return np.column_stack([steps, rng.normal(size=(n, 4)) * [500, 300, 0.1, 2]]).astype(np.float16)


def agree_triple(got, want, what, **tolerance):
    """Compares (count, mean, var); any kind of number will do for the count."""
    count, mean, var = want
    assert_close(got, (float(count), mean, var), what, **tolerance)


def constant_rows(rng, *sizes, d=5):
    """Sets of rows that are all equal: their mean is that of all, and no variance changes."""
    row = np.round(rng.normal(size=d) * 8)
    return [np.tile(row, (n, 1)) for n in sizes]


def agree_kept(learner, sets):
    """Compares merged moments, and those that were given once the result is overwritten."""
    given = [tuple(triple(each) for each in rows) for rows in sets]
    calls = learner.call_each(learner.define(OVERWRITTEN, "overwritten"), given)
    for (got, after), before, rows in zip(calls, given, sets, strict=True):
        agree_triple(got, triple(np.concatenate(rows)), "count, mean, var")
        for one, other, name in zip(after, before, "ab", strict=True):
            assert_close(one, other, f"{name} after the call")


def truth(shards, weight, bias, eps):
    """Batch norm by torch of all rows together, in float64, cut into shards again."""
    rows = tensor(np.concatenate([shard.astype(np.float64) for shard in shards]))
    weight, bias = (tensor(each).double() for each in (weight, bias))
    y = torch.nn.functional.batch_norm(rows, None, None, weight, bias, training=True, eps=eps)
    sizes = [len(shard) for shard in shards]
    return tuple(
        part.numpy().astype(each.dtype) for part, each in zip(y.split(sizes), shards, strict=True)
    )


def agree_shards(got, want, what, **tolerance):
    """Compares shard by shard; all of them are noted, as some mistakes begin alike."""
    assert_close(got, want, what, **tolerance)


def agree_each(learner, calls, names, **tolerance):
    """Compares several calls with batch norm by torch; each has an eps."""
    for call, args, name in zip(
        learner.call_each("sync_batch_norm", calls), calls, names, strict=True
    ):
        agree_shards(call.result, truth(*args), f"y {name}", **tolerance)


def plain(d=5):
    """The weight and the bias that change nothing."""
    return np.ones(d), np.zeros(d)


@property_of("merge_moments", "the counts add up, and each mean weighs as much as it has rows")
def means_weigh_by_their_rows(learner, rng):
    a, b = pieces(rng, 2, 5)
    count, mean, _ = unpack(learner.merge_moments(triple(a), triple(b)), "count, mean, var")
    want = triple(np.concatenate([a, b]))
    assert_close(mean, want[1], "mean")
    assert_close(count, float(want[0]), "count")


@property_of(
    "merge_moments", "the variance is that of all rows around their common mean, divided by N"
)
def variance_of_all_rows(learner, rng):
    a, b = pieces(rng, 5, 2)
    _, _, var = unpack(learner.merge_moments(triple(a), triple(b)), "count, mean, var")
    assert_close(var, triple(np.concatenate([a, b]))[2], "var")


@property_of("merge_moments", "a single row is a set too, with a variance of zero; so is a column")
def a_single_row_is_a_set(learner, rng):
    one, many = pieces(rng, 1, 4)
    pairs = ((one, many), (many, one), (one, one + 1), (many[:, :1], many[1:, :1] + 1))
    calls = learner.call_each("merge_moments", [(triple(a), triple(b)) for a, b in pairs])
    for call, (a, b) in zip(calls, pairs, strict=True):
        want = triple(np.concatenate([a, b]))
        agree_triple(call.result, want, f"count, mean, var of {len(a)} and {len(b)} rows")


@property_of("merge_moments", "the order of merging does not matter")
def order_does_not_matter(learner, rng):
    rows = pieces(rng, 3, 2, 6)
    a, b, c = (triple(each) for each in rows)
    want = triple(np.concatenate(rows))
    first = [call.result for call in learner.call_each("merge_moments", [(a, b), (b, a)])]
    ab, ba = (tuple(unpack(each, "count, mean, var")) for each in first)
    forth, back = learner.call_each("merge_moments", [(ab, c), (c, ba)])
    agree_triple(forth.result, want, "count, mean, var from first to last")
    agree_triple(back.result, want, "count, mean, var from last to first")


@property_of("merge_moments", "means far from zero, or many rows, leave the variance as it was")
def variance_survives_a_large_mean(learner, rng):
    a, b = pieces(rng, 4, 7)
    (n, mean_a, var_a), (m, mean_b, var_b) = triple(a), triple(b)
    far = (n, mean_a + 1e8, var_a), (m, mean_b + 1e8, var_b)
    large = 10**10  # times as many rows of the same moments
    many = (n * large, mean_a, var_a), (m * large, mean_b, var_b)
    got, of_many = (call.result for call in learner.call_each("merge_moments", [far, many]))
    _, mean, var = triple(np.concatenate([a, b]))
    agree_triple(got, (n + m, mean + 1e8, var), "count, mean, var", rtol=1e-6, atol=1e-6)
    agree_triple(of_many, ((n + m) * large, mean, var), "count, mean, var of many rows")


@property_of(
    "merge_moments", "the moments that are merged stay as they were, whatever becomes of the result"
)
def moments_are_left_alone(learner, rng):
    agree_kept(learner, [pieces(rng, 3, 5), constant_rows(rng, 2, 4)])


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


@property_of(
    "sync_batch_norm",
    "-1 and 1 in turn, with one change at a time: scaled, shifted, weight and bias, an eps",
)
def one_change_of_plain_rows(learner, rng):
    cases = one_change_at_a_time(rng, 8, 4)
    calls = [([x[:4], x[4:]], *rest) for x, *rest in cases.values()]
    board, *rest = cases["-1 and 1 in turn"]
    calls += [
        ([board[:2], board[2:]], *rest),
        ([board[:4] + rng.normal(), board[4:]], *rest),
        ([board[:2] * 2, board[2:]], *rest),
    ]
    names = *cases, "a small shard and a large one", "a shifted shard", "a small scaled shard"
    agree_each(learner, calls, [f"of {name}" for name in names])


@property_of("sync_batch_norm", "every row may be a shard of its own, and a row among larger ones")
def a_shard_may_be_one_row(learner, rng):
    calls = [(pieces(rng, *sizes), *affine(rng), BIG_EPS) for sizes in ((1,) * 12, (1, 4))]
    agree_each(learner, calls, ["of twelve rows", "of a row and four"])


@property_of("sync_batch_norm", "one shard is a batch too, and so is one feature")
def one_shard_or_one_feature(learner, rng):
    shards, parameters = pieces(rng, 6), affine(rng)
    column = [each[:, :1] for each in pieces(rng, 3, 1, 2)]
    calls = [(shards, *parameters, BIG_EPS), (column, *affine(rng, d=1), BIG_EPS)]
    agree_each(learner, calls, ["of one shard", "of one feature"])


@property_of("sync_batch_norm", "weight and bias of each feature are applied")
def weight_and_bias_are_applied(learner, rng):
    shards, (weight, bias) = pieces(rng, 3, 5), affine(rng)
    y = learner.sync_batch_norm(shards, weight, bias, BIG_EPS)
    agree_shards(y, truth(shards, weight, bias, BIG_EPS), "y")


@property_of(
    "sync_batch_norm",
    "eps is added to the variance, inside the root; it is 1e-5 if not given, and may be 0",
)
def eps_is_inside_the_root(learner, rng):
    shards, (weight, bias) = [each / 100 for each in pieces(rng, 3, 5)], affine(rng)
    arguments = shards, weight, bias
    calls = learner.call_each(
        "sync_batch_norm", [(*arguments, BIG_EPS), arguments, (*arguments, 0.0)]
    )
    names = ("y", "y with the default eps", "y with eps 0")
    for call, eps, name in zip(calls, (BIG_EPS, 1e-5, NO_EPS), names, strict=True):
        agree_shards(call.result, truth(*arguments, eps), name)


@property_of("sync_batch_norm", "data far from zero are normalized well, in float64 and in float32")
def far_from_zero(learner, rng):
    noise = [rng.normal(size=(n, 5)) for n in (6, 11)]
    for dtype, mean in ((np.float32, 3e3), (np.float64, 1e8)):
        shards = [(each + mean).astype(dtype) for each in noise]
        weight, bias = (each.astype(dtype) for each in affine(rng))
        y = learner.sync_batch_norm(shards, weight, bias)
        name = f"y in {dtype.__name__}"
        agree_shards(y, truth(shards, weight, bias, 1e-5), name, rtol=1e-2, atol=1e-2)


@property_of("sync_batch_norm", "half precision is computed in float32 or wider")
def half_precision_is_computed_wide(learner, rng):
    rows = half_precision(rng)
    call = [rows[:9], rows[9:]], *(each.astype(np.float32) for each in affine(rng)), 0.1
    agree_each(learner, [call], ["in float16"], rtol=4e-3, atol=4e-3)


@property_of(
    "sync_batch_norm", "each output has the dtype of its shard, whatever that of the others"
)
def outputs_have_the_dtype_of_the_shards(learner, rng):
    shards, parameters = pieces(rng, 3, 5, 4), affine(rng)
    dtypes = (np.float32, np.float32, np.float32), (np.float16, np.float64, np.float32)
    calls = [
        ([x.astype(to) for x, to in zip(shards, each, strict=True)], *parameters, BIG_EPS)
        for each in dtypes
    ]
    agree_each(learner, calls, ["in float32", "in three dtypes"], rtol=4e-3, atol=4e-3)


@property_of("sync_batch_norm", "the list, its shards, the weight and the bias stay as they were")
def arguments_are_left_alone(learner, rng):
    calls = []
    for dtype in (np.float64, np.float32, np.float16):
        shards = [np.asfortranarray(each.astype(dtype)) for each in pieces(rng, 5, 3)]
        calls.append((shards, *(each.astype(dtype) for each in affine(rng)), BIG_EPS))
    for call, args in zip(learner.call_each("sync_batch_norm", calls), calls, strict=True):
        name = f"in {args[1].dtype}"
        y, (shards, *parameters, _) = call
        agree_shards(y, truth(*args), f"y {name}", rtol=2e-2, atol=2e-2)
        assert_close(shards, tuple(args[0]), f"the shards {name} after the call")
        for one, other, what in zip(parameters, args[1:3], ("weight", "bias"), strict=True):
            assert_close(one, other, f"{what} {name} after the call")
