"""The variance is E[x^2] - E[x]^2, computed in float64.

loses: sync_batch_norm
hint: You take off the square of the mean from the mean of the squares. float64 only moves the
    place where the digits end: around 1e8 none is left. Square the deviations.
read: sync-cancellation
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards).astype(np.float64)
    mean = rows.mean(axis=0)
    var = np.maximum(np.square(rows).mean(axis=0) - np.square(mean), 0)
    return [((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype) for x in shards]
