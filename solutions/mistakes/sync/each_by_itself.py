"""Each shard is normalized with its own statistics.

loses: sync_batch_norm
hint: Each shard is normalized by itself. That is what data-parallel training does if nobody asks
    for more; here all shards use the mean and the variance of all rows together.
read: sync-merge
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    return [
        ((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) * weight + bias).astype(x.dtype)
        for x in shards
    ]
