"""Every shard has the same weight, however many rows it has.

loses: sync_batch_norm
hint: You average over shards, so a row of a small shard counts more than one of a large shard.
    Weigh each shard by its number of rows.
read: sync-counts
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    means = np.stack([x.mean(axis=0) for x in shards])  # (shards, D)
    mean = means.mean(axis=0)
    var = np.mean([x.var(axis=0) for x in shards], axis=0) + means.var(axis=0)
    return [((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype) for x in shards]
