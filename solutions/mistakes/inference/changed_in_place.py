"""The caller's running statistics are overwritten.

loses: update_running_stats
hint: Your function changes the arrays it was given. Whoever still holds the old statistics finds
    them changed; give back new arrays.
read: inference-purity
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    running_mean *= 1 - momentum
    running_mean += (momentum * x.mean(axis=0)).astype(running_mean.dtype)
    running_var *= 1 - momentum
    running_var += (momentum * x.var(axis=0, ddof=1)).astype(running_var.dtype)
    return running_mean, running_var
