"""Each mean is weighted with the count of the other set.

loses: merge_moments, sync_batch_norm
hint: Each mean gets the weight of the other set: the smaller set counts more. The share of a set is
    its own count over the sum of counts.
read: sync-counts
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    mean = (m * mean_a + n * mean_b) / (n + m)
    var = (n * (var_a + (mean_a - mean) ** 2) + m * (var_b + (mean_b - mean) ** 2)) / (n + m)
    return n + m, mean, var
