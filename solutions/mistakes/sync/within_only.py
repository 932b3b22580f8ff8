"""The variances are averaged by count; the distance between the means is forgotten.

loses: merge_moments, sync_batch_norm
hint: You average the variances within the sets. What is missing is the variance between them:
    where the means differ, rows are further from the common mean than from their own.
read: sync-merge
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    return n + m, (n * mean_a + m * mean_b) / (n + m), (n * var_a + m * var_b) / (n + m)
