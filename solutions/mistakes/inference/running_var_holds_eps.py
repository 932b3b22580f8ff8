"""The running variance takes in var + eps.

loses: update_running_stats
hint: Your running variance takes in the variance with eps already added. The running variance is
    a plain estimate; eps is added where it is used.
read: inference-eps
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1) + 1e-5
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
