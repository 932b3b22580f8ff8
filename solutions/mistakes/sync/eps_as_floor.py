"""Eps replaces a small variance.

loses: sync_batch_norm
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: forward-eps
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    wide = {"axis": 0, "dtype": np.float64}
    total, *parts = [(len(x), x.mean(**wide), x.var(**wide)) for x in shards]
    for part in parts:
        total = merge_moments(total, part)
    _, mean, var = total
    scale = weight / np.sqrt(np.maximum(var, eps))
    return [((x - mean) * scale + bias).astype(x.dtype) for x in shards]
