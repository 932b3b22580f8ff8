"""The running variance takes in the variance divided by N.

loses: update_running_stats
hint: Your running variance takes in the variance divided by N. The batch normalizes with that
    one, but the running variance estimates the data's and takes the unbiased one, divided by N -
    1.
read: inference-unbiased
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
