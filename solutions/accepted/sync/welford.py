"""Welford, row by row: a row is a set of one, merged into what came before."""


def merge_moments(a, b):
    if a[0] < b[0]:
        return merge_moments(b, a)  # the smaller set is merged into the larger
    count = a[0] + b[0]
    delta = b[1] - a[1]
    mean = a[1] + delta * (b[0] / count)
    return count, mean, a[2] + (b[2] - a[2] + delta * (b[1] - mean)) * (b[0] / count)


def sync_batch_norm(shards, weight, bias, eps=1e-5):
    count, mean, squares = 0, 0.0, 0.0
    for row in (row for x in shards for row in x.astype(np.float64)):
        count += 1
        before = row - mean
        mean = mean + before / count
        squares = squares + before * (row - mean)
    sd = np.sqrt(squares / count + eps)
    return [(weight * ((x - mean) / sd) + bias).astype(x.dtype) for x in shards]
