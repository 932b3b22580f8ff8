"""A single shard is returned as it is.

loses: sync_batch_norm
hint: You return a single shard as it came. There is nothing to merge, but it is to be normalized
    all the same.
read: sync-merge
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    if len(shards) == 1:
        return list(shards)
    return _sync_batch_norm(shards, weight, bias, eps)
