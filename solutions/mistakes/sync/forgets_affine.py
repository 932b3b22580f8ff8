"""Weight and bias are not applied.

loses: sync_batch_norm
hint: Your outputs are normalized, and that is all. Multiply by the weight and add the bias, as in
    batch norm on one machine.
read: forward-affine
"""

_sync_batch_norm = sync_batch_norm


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    return _sync_batch_norm(shards, np.ones_like(weight), np.zeros_like(bias), eps)
