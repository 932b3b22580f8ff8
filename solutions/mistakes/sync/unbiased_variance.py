"""The variance of all rows is divided by N - 1.

loses: sync_batch_norm
hint: You normalize with a variance divided by N - 1. A batch is normalized with its biased
    variance, in one place or in many.
read: moments-biased
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards)
    mean, var = rows.mean(axis=0), rows.var(axis=0, ddof=1)
    return [((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype) for x in shards]
