"""eps is added to the standard deviation, outside the root.

loses: sync_batch_norm
hint: You add eps after the root. It belongs to the variance, under the root.
read: moments-eps
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards)
    mean, sd = rows.mean(axis=0), rows.std(axis=0)
    return [((x - mean) / (sd + eps) * weight + bias).astype(x.dtype) for x in shards]
