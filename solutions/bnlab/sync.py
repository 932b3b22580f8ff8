"""One batch on many machines: moments that merge, and the normalization that needs them.

Chapter: sync.
"""

from __future__ import annotations

import numpy as np


def merge_moments(
    a: tuple[int, np.ndarray, np.ndarray], b: tuple[int, np.ndarray, np.ndarray]
) -> tuple[int, np.ndarray, np.ndarray]:
    """Return count, mean and variance of two sets of rows together, from those of each.

    Args:
        a: the triple (count, mean, var) of one set: count at least 1, mean (D,) and biased
            var (D,), float64.
        b: the same of the other; its count may differ.

    Returns:
        The same triple for all rows of both, in arrays of its own; count may be any kind of number.
        var is accurate far from zero too: of E[x^2] - E[x]^2 no digit would be left there.

    Source: chan1983.

    >>> a = (1, np.array([0.0]), np.array([0.0]))
    >>> b = (3, np.array([4.0]), np.array([2.0]))
    >>> merge_moments(a, b)
    (4, array([3.]), array([4.5]))
    """
    # BEGIN SOLUTION
    (count_a, mean_a, var_a), (count_b, mean_b, var_b) = a, b
    count = count_a + count_b
    share = count_b / count
    delta = mean_b - mean_a
    mean = mean_a + share * delta
    # Variance within the sets, then between them; no term is negative, so nothing cancels.
    var = (1 - share) * var_a + share * var_b + share * (1 - share) * np.square(delta)
    return count, mean, var
    # END SOLUTION


def sync_batch_norm(
    shards: list[np.ndarray], weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5
) -> list[np.ndarray]:
    """Return the outputs of batch normalization of a batch that is split into shards.

    Args:
        shards: arrays (N_i, D), floating, in a list that stays as it is; the N_i (at least 1) and
            the dtypes may differ. Statistics of half precision are computed in float32 or wider.
        weight: (D,), floating.
        bias: (D,), floating.
        eps: added to the variance, inside the root; may be 0.

    Returns:
        An array (N_i, D) for each shard, dtype of the shard.

    Source: torch, SyncBatchNorm.

    >>> shards = [np.array([[0.0]]), np.array([[6.0], [0.0], [6.0]])]
    >>> first, second = sync_batch_norm(shards, weight=np.ones(1), bias=np.zeros(1), eps=0.0)
    >>> first.ravel(), second.ravel()
    (array([-1.]), array([ 1., -1.,  1.]))
    """
    # BEGIN SOLUTION
    # Only these triples would travel between machines, never the rows.
    wide = {"axis": 0, "dtype": np.float64}
    total, *parts = [(len(x), x.mean(**wide), x.var(**wide)) for x in shards]
    for part in parts:
        total = merge_moments(total, part)
    _, mean, var = total
    scale = weight / np.sqrt(var + eps)
    return [((x - mean) * scale + bias).astype(x.dtype) for x in shards]
    # END SOLUTION
