"""The variance is E[x^2] - E[x]^2, in float64.

loses: update_running_stats
hint: You subtract the squared mean from the mean square. float64 delays the loss of digits and
    does not prevent it: around 1e8 nothing of the variance is left. Square the deviations instead.
read: moments-cancellation
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    n = len(x)
    if n < 2:
        raise ValueError(f"update_running_stats: number of rows is {n}, expected at least 2.")
    wide = x.astype(np.float64)
    mean = wide.mean(axis=0)
    var = np.maximum(np.square(wide).mean(axis=0) - np.square(mean), 0) * n / (n - 1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
