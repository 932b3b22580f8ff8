"""The shards are taken out of the caller's list.

loses: sync_batch_norm
hint: You take the shards out of the list you were given, which is empty afterwards. Loop over it
    instead.
read: moments-purity
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    mine = []
    while shards:
        mine.append(shards.pop(0))
    rows = np.concatenate(mine).astype(np.float64)
    mean, var = rows.mean(axis=0), rows.var(axis=0)
    return [((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype) for x in mine]
