"""Momentum weighs the old statistic.

loses: update_running_stats
hint: Your momentum is the weight of the old statistic. Here, as in torch, it is the weight of the
    new one; other libraries use the other convention under the same name.
read: inference-momentum
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    new_mean = momentum * running_mean + (1 - momentum) * mean
    new_var = momentum * running_var + (1 - momentum) * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
