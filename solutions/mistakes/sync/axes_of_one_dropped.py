"""Axes of length 1 are squeezed out of the outputs.

loses: sync_batch_norm
hint: Your output for a shard of one row, or of one feature, has lost an axis. It has the shape
    (N_i, D) of the shard, also where one of these is 1.
read: sync-merge
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    return [y.squeeze() for y in _sync_batch_norm(shards, weight, bias, eps)]
