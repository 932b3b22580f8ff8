"""The merged variance is divided by N - 1.

loses: merge_moments, sync_batch_norm
hint: You divide the merged sum of squares by the number of rows minus 1. The triples hold biased
    variances, divided by the number of rows; the result is to be one of them.
read: moments-biased
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    delta, count = mean_b - mean_a, n + m
    squares = n * var_a + m * var_b + delta**2 * n * m / count
    return count, mean_a + delta * m / count, squares / (count - 1)
