"""The weight is divided by the standard deviation in place.

loses: sync_batch_norm
hint: You write into the weight you were given, so the next batch gets another one. Make a new
    array.
read: moments-purity
"""


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    rows = np.concatenate(shards).astype(np.float64)
    mean, var = rows.mean(axis=0), rows.var(axis=0)
    weight /= np.sqrt(var + eps).astype(weight.dtype)
    return [((x - mean) * weight + bias).astype(x.dtype) for x in shards]
