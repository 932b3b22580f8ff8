"""The outputs are float64 whatever came in.

loses: sync_batch_norm
hint: You compute in float64, which is fine, and return it, which is not.
    Each output has the dtype of its shard.
read: moments-precision
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    return _sync_batch_norm([x.astype(np.float64) for x in shards], weight, bias, eps)
