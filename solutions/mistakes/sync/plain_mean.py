"""The means are averaged, however many rows are behind them.

loses: merge_moments, sync_batch_norm
hint: You average the two means. A set with more rows weighs more in the common mean.
read: sync-counts
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    between = (mean_b - mean_a) ** 2 * n * m / (n + m) ** 2
    return n + m, (mean_a + mean_b) / 2, (n * var_a + m * var_b) / (n + m) + between
