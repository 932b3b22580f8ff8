"""The statistics come back with shape (1, D).

loses: update_running_stats
hint: Your statistics have shape (1, D): an axis of length 1 was kept. One number per feature is
    an array of shape (D,).
read: inference-update
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True, ddof=1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
