"""An eps of 0 is taken for one that is not given.

loses: sync_batch_norm
hint: With eps 0 your function uses 1e-5: for Python, 0 is false. Use eps as it comes.
read: moments-eps
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=None):
    return _sync_batch_norm(shards, weight, bias, eps or 1e-5)
