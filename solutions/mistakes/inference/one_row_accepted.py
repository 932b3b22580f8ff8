"""One row is not refused, and its unbiased variance is 0 / 0.

loses: update_running_stats
hint: Your function takes in a batch of one row. Its unbiased variance is zero divided by zero,
    and one such batch spoils the running variance for good; raise a ValueError.
read: inference-unbiased
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
