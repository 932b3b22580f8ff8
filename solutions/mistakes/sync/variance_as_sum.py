"""Chan's formula for sums of squared deviations is applied to variances.

loses: merge_moments, sync_batch_norm
hint: Your formula is the one for sums of squared deviations, and you give it variances. A variance
    times its count is such a sum; divide by the count of all rows in the end.
read: sync-merge
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    delta = mean_b - mean_a
    return n + m, mean_a + delta * m / (n + m), var_a + var_b + delta**2 * n * m / (n + m)
