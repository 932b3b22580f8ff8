"""All shards use the statistics of the first.

loses: sync_batch_norm
hint: You normalize every shard with the statistics of the first one. Sharing is right, but the
    statistics to share are those of all rows.
read: sync-merge
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    mean, var = shards[0].mean(axis=0), shards[0].var(axis=0)
    return [((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype) for x in shards]
