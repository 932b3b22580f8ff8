"""The outputs take the dtype that the arithmetic gives.

loses: sync_batch_norm
hint: Your outputs take over the dtype of the weight and the bias. Each output has the dtype of its
    shard.
read: moments-precision
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards)
    mean, var = rows.mean(axis=0), rows.var(axis=0)
    return [(x - mean) / np.sqrt(var + eps) * weight + bias for x in shards]
