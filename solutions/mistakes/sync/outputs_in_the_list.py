"""The outputs are put into the caller's list.

loses: sync_batch_norm
hint: Your outputs replace the shards in the list you were given, and its owner has lost them.
    Return a new list.
read: moments-purity
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards).astype(np.float64)
    mean, var = rows.mean(axis=0), rows.var(axis=0)
    for i, x in enumerate(shards):
        shards[i] = ((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype)
    return shards
