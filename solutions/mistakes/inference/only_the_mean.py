"""The running variance is handed back as it came.

loses: update_running_stats
hint: Your running variance does not move. Both statistics take in the new batch.
read: inference-update
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean = x.mean(axis=0)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    return new_mean.astype(running_mean.dtype), running_var.copy()
