"""All outputs have the dtype of the first shard.

loses: sync_batch_norm
hint: All your outputs have the dtype of the first shard. Each has the dtype of its own shard.
read: moments-precision
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate([x.astype(np.float64) for x in shards])
    y = (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + eps) * weight + bias
    return np.split(y.astype(shards[0].dtype), np.cumsum([len(x) for x in shards])[:-1])
