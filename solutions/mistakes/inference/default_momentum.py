"""Momentum is 0.9 where it is not given.

loses: update_running_stats
hint: Your default momentum is not 0.1. A library that weighs the old statistic writes 0.9 for the
    same thing.
read: inference-momentum
"""


def update_running_stats(running_mean, running_var, x, momentum=0.9):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
