"""Statistics of half precision are computed in half precision.

loses: sync_batch_norm
hint: Your mean and variance of a float16 shard are computed in float16, where squares overflow
    from 256 on. Compute them in float32 or float64.
read: moments-precision
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    total, *parts = [(len(x), x.mean(axis=0), x.var(axis=0)) for x in shards]
    for part in parts:
        total = merge_moments(total, part)
    _, mean, var = total
    return [((x - mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype) for x in shards]
