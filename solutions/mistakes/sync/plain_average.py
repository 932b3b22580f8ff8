"""Means and variances are averaged, however many rows are behind them.

loses: merge_moments, sync_batch_norm
hint: You average the two means and the two variances. A set with more rows weighs more, and two
    sets whose means differ vary more together than either does alone.
read: sync-counts
"""


def merge_moments(a, b):
    return a[0] + b[0], (a[1] + b[1]) / 2, (a[2] + b[2]) / 2
