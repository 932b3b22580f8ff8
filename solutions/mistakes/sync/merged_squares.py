"""Mean squares are merged, and the square of the mean is taken off at the end.

loses: merge_moments, sync_batch_norm
hint: You merge the means of squares and take off the square of the mean. Far from zero that is a
    small difference of two huge numbers; use the distance between the means instead.
read: sync-cancellation
"""


def merge_moments(a, b):
    (n, mean_a, var_a), (m, mean_b, var_b) = a, b
    count = n + m
    mean = (n * mean_a + m * mean_b) / count
    squares = (n * (var_a + mean_a**2) + m * (var_b + mean_b**2)) / count
    return count, mean, squares - mean**2
