"""The shards themselves are overwritten.

loses: sync_batch_norm
hint: You normalize with -= and /=, which write into the shards. Make new arrays; the machines still
    need their inputs for the gradient.
read: moments-purity
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards)
    mean, sd = rows.mean(axis=0), np.sqrt(rows.var(axis=0) + eps)
    for x in shards:
        x -= mean
        x /= sd
    return [x * weight + bias for x in shards]
