"""The running variance is moved towards the standard deviation.

loses: update_running_stats
hint: Your running variance moves towards the standard deviation of the batch. It keeps a
    variance; the root is taken in evaluation.
read: inference-update
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.std(axis=0, ddof=1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
