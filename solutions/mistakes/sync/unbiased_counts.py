"""The variances are turned into sums with N - 1, as if they were unbiased.

loses: merge_moments, sync_batch_norm
hint: You multiply each variance by its count minus 1, as if it were unbiased. The triples hold
    biased variances: times the count itself they are sums of squares.
read: sync-merge
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    delta, count = mean_b - mean_a, n + m
    squares = (n - 1) * var_a + (m - 1) * var_b + delta**2 * n * m / count
    return count, mean_a + delta * m / count, squares / (count - 1)
