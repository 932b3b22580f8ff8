"""Public checks of `sync`."""

import numpy as np

from ..testing.assertions import assert_close, precondition, unpack
from ..testing.inputs import affine, features, one_change_at_a_time, tensor
from ..testing.properties import property_of


def triple(rows):
    """Return count, mean and biased variance of rows, by torch."""
    import torch

    var, mean = torch.var_mean(tensor(rows).double(), dim=0, correction=0)
    return len(rows), mean.numpy(), var.numpy()


def pieces(rng, *sizes):
    """Return rows (n, 4) in pieces of these sizes, each with another offset."""
    return [features(rng, n, 4) + rng.normal(size=4) for n in sizes]


def truth(shards, weight, bias, eps):
    """Return the batch norm of all rows by torch, split into the shards, in their dtypes."""
    import torch

    rows = tensor(np.concatenate([x.astype(np.float64) for x in shards]))
    weight, bias = (tensor(each).double() for each in (weight, bias))
    y = torch.nn.functional.batch_norm(rows, None, None, weight, bias, training=True, eps=eps)
    parts = y.split([len(x) for x in shards])
    return tuple(part.numpy().astype(x.dtype) for part, x in zip(parts, shards, strict=True))


OVERWRITTEN = """
import numpy as np


def overwritten(a, b):
    "What a merge gives, copied before somebody else writes into its arrays."
    result = module.merge_moments(a, b)
    if not isinstance(result, (tuple, list)):
        return result
    copied = tuple(np.array(each) if isinstance(each, np.ndarray) else each for each in result)
    for each in result:
        if isinstance(each, np.ndarray) and each.flags.writeable:
            each[...] = 7.0
    return copied
"""


@property_of("merge_moments", "counts add up; a mean weighs as much as it has rows")
def count_and_mean(learner, rng):
    a, b = pieces(rng, 1, 6)
    count, mean, _ = unpack(learner.merge_moments(triple(a), triple(b)), "count, mean, var")
    assert_close(mean, triple(np.concatenate([a, b]))[1], "mean")
    assert_close(count, 7.0, "count")


@property_of("merge_moments", "the variance is that of all rows together, for one feature as well")
def variance_of_all(learner, rng):
    a, b = pieces(rng, 2, 6)
    pairs = ((a, b), (a[:, 2:3], b[:, 2:3]), (a[:1], b[:1]), (a, b))
    given = [(triple(one), triple(two)) for one, two in pairs]
    given[3] = tuple((count * 10**9, *rest) for count, *rest in given[3])
    calls = learner.call_each("merge_moments", given)
    names = "", " of one feature", " of two rows", " of 8e9 rows"
    for call, pair, name in zip(calls, pairs, names, strict=True):
        count, _, var = unpack(call.result, "count, mean, var")
        assert_close(var, triple(np.concatenate(pair))[2], f"var{name}")
    assert_close(count, 8e9, f"count{name}")


@property_of(
    "merge_moments", "means far from zero do not spoil the variance, and nothing is overwritten"
)
def far_from_zero(learner, rng):
    near = tuple(triple(rows) for rows in pieces(rng, 5, 3))
    far = tuple((count, mean + 3e7, var) for count, mean, var in near)
    same = tuple((count, np.full(4, 6.0), np.zeros(4)) for count, *_ in near)
    merge = learner.define(OVERWRITTEN, "overwritten")
    calls = learner.call_each(merge, [far, near, same])
    var, want = (unpack(call.result, "count, mean, var")[2] for call in calls[:2])
    assert_close(var, want, "var far from zero", rtol=1e-5, atol=1e-6)
    for call, given in ((calls[0], far), (calls[2], same)):
        for one, other, name in zip(call.after, given, "ab", strict=True):
            assert_close(one, other, f"{name} after the call")


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
    for call, args, name in zip(
        learner.call_each("sync_batch_norm", calls), calls, names, strict=True
    ):
        assert_close(call.result, truth(*args), f"y of {name}")


@property_of("sync_batch_norm", "one shard, single rows and a single feature are normalized too")
def small_batches(learner, rng):
    shards = [pieces(rng, 5), pieces(rng, 1, 1, 3, *[1] * 9)]
    calls = [(each, *affine(rng, 4), 0.3) for each in shards]
    calls.append(([x[:, :1] for x in pieces(rng, 2, 1, 4)], *affine(rng, 1), 0.3))
    names = ("one shard", "single rows", "one feature")
    for call, args, name in zip(
        learner.call_each("sync_batch_norm", calls), calls, names, strict=True
    ):
        assert_close(call.result, truth(*args), f"y of {name}")


@property_of("sync_batch_norm", "eps is 1e-5 where it is not given, and may be 0")
def default_eps(learner, rng):
    arguments = [each / 200 for each in pieces(rng, 4, 2)], *affine(rng, 4)
    default, zero = learner.call_each("sync_batch_norm", [arguments, (*arguments, 0.0)])
    assert_close(default.result, truth(*arguments, 1e-5), "y")
    assert_close(zero.result, truth(*arguments, 1e-300), "y with eps 0")


@property_of(
    "sync_batch_norm", "the list and all that is given stay as they were, in each precision"
)
def arguments_stay(learner, rng):
    calls = []
    for dtype in (np.float64, np.float32, np.float16):
        shards = [x.astype(dtype) for x in pieces(rng, 2, 5)]
        calls.append((shards, *(each.astype(dtype) for each in affine(rng, 4)), 0.3))
    for call, args in zip(learner.call_each("sync_batch_norm", calls), calls, strict=True):
        name = f"in {args[1].dtype}"
        y, after = call
        with precondition():
            assert_close(y, truth(*args), f"y {name}", rtol=2e-2, atol=2e-2)
        assert_close(after[0], tuple(args[0]), f"the shards {name} after the call")
        assert_close(tuple(after[1:3]), args[1:3], f"weight, bias {name} after the call")


@property_of("sync_batch_norm", "data far from zero are normalized well, and keep their dtype")
def float32_far_from_zero(learner, rng):
    noise = [rng.normal(size=(n, 4)) for n in (9, 5)]
    for dtype, mean in ((np.float32, 4e3), (np.float64, 2e8)):
        shards = [(x + mean).astype(dtype) for x in noise]
        weight, bias = (each.astype(dtype) for each in affine(rng, 4))
        y = learner.sync_batch_norm(shards, weight, bias)
        want = truth(shards, weight, bias, 1e-5)
        assert_close(y, want, f"y in {dtype.__name__}", rtol=2e-2, atol=2e-2)


@property_of("sync_batch_norm", "float16 is computed wider; each output has its shard's dtype")
def half_precision(learner, rng):
    steps = rng.permutation(np.repeat([2048.0, 2050.0], 10))
    rows = np.column_stack([steps, rng.normal(size=(20, 3)) * [400, 250, 1]]).astype(np.float16)
    parameters = tuple(each.astype(np.float32) for each in affine(rng, 4))
    mixed = [rows[12:].astype(np.float32), rows[:12], rows[:5].astype(np.float64)]
    calls = [([rows[:12], rows[12:]], *parameters, 0.3), (mixed, *parameters, 0.3)]
    names = ("in float16", "in three dtypes")
    for call, args, name in zip(
        learner.call_each("sync_batch_norm", calls), calls, names, strict=True
    ):
        assert_close(call.result, truth(*args), f"y {name}", rtol=4e-3, atol=4e-3)
