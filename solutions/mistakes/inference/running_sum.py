"""The new statistic is added, and the old one keeps its full weight.

loses: update_running_stats
hint: Your old statistic keeps its full weight while the new one is added, so the result grows
    with every batch. The two weights must add up to 1.
read: inference-update
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    new_mean = running_mean + momentum * mean
    new_var = running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
