"""Each shard is normalized with the statistics of the shards so far.

loses: sync_batch_norm
hint: You normalize inside the loop that merges, so a shard sees only itself and those before it.
    Merge all of them first; normalize afterwards.
read: sync-merge
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    total, outputs = (0, 0.0, 0.0), []
    for x in shards:
        total = merge_moments(total, (len(x), x.mean(axis=0), x.var(axis=0)))
        _, mean, var = total
        outputs.append(((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype))
    return outputs
