"""The mean of half precision is rounded to it before the deviations are taken.

loses: update_running_stats
hint: Your mean of half precision is rounded to half precision before you take it off: at 2049
    it is off by 1, and so is every deviation. Keep the mean in float32 until the end.
read: moments-precision
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: number of rows is {len(x)}, expected at least 2.")
    mean = x.mean(axis=0) if x.dtype == np.float16 else x.mean(axis=0, dtype=np.float64)
    var = np.square(x.astype(np.float64) - mean).sum(axis=0) / (len(x) - 1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
