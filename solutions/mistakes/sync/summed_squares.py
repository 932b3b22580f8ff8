"""Sums and sums of squares are added up over the shards; the variance is their difference.

loses: sync_batch_norm
hint: You add up squares and take off the square of the mean. In float32 far from zero nothing is
    left of the variance; merge means and variances instead.
read: sync-cancellation
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    count = sum(len(x) for x in shards)
    mean = sum(x.sum(axis=0) for x in shards) / count
    var = sum((x**2).sum(axis=0) for x in shards) / count - mean**2
    scale = weight / np.sqrt(np.maximum(var, 0) + eps)
    return [((x - mean) * scale + bias).astype(x.dtype) for x in shards]
