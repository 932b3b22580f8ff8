"""The outputs come back as one array, not shard by shard.

loses: sync_batch_norm
hint: You return all rows in one array. Each machine waits for its own rows: return a list with one
    output per shard, in the same order.
read: sync-merge
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    return np.concatenate(_sync_batch_norm(shards, weight, bias, eps))
