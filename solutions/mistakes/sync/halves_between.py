"""The variance between the sets is that of two sets of equal size.

loses: merge_moments, sync_batch_norm
hint: For the part between the sets you take the mean as halfway between their means. That is so for
    equal counts only; with unequal ones it lies nearer to the larger set.
read: sync-counts
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    within = (n * var_a + m * var_b) / (n + m)
    return n + m, (n * mean_a + m * mean_b) / (n + m), within + ((mean_b - mean_a) / 2) ** 2
