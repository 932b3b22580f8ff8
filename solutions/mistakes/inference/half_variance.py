"""The variance of a half-precision batch is computed in half precision.

loses: update_running_stats
hint: You take the variance of half-precision numbers in half precision, where the square of 256 is
    already infinite. Convert the batch to float32 first.
read: moments-precision
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: number of rows is {len(x)}, expected at least 2.")
    work = x if x.dtype == np.float16 else x.astype(np.float64)
    mean, var = work.mean(axis=0), work.var(axis=0, ddof=1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
