"""The default of eps has been changed to 1e-3.

loses: sync_batch_norm
hint: With no eps given, your function uses another one than 1e-5. Leave the signature as it was.
read: moments-eps
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=1e-3):
    return _sync_batch_norm(shards, weight, bias, eps)
