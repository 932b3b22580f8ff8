"""The statistics of the last batch replace the running ones.

loses: update_running_stats
hint: Your result is that of the last batch alone: all earlier batches are forgotten. A running
    statistic keeps a share of the old value.
read: inference-update
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    return mean.astype(running_mean.dtype), var.astype(running_var.dtype)
