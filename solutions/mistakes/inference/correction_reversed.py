"""The correction of the running variance is upside down.

loses: update_running_stats
hint: Your running variance is multiplied by (N - 1) / N. The variance of the batch is divided by N
    already; times N / (N - 1) it is the unbiased one.
read: inference-unbiased
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    n = len(x)
    if n < 2:
        raise ValueError(f"update_running_stats: rows is {n}, expected at least 2.")
    wide = x.astype(np.float64)
    mean, var = wide.mean(axis=0), wide.var(axis=0) * (n - 1) / n
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
