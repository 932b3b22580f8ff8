"""The variance is the mean square minus the square of the mean.

loses: update_running_stats
hint: Your variance is a difference of two large numbers, and float32 loses it where the mean is
    large. Average the squared deviations from the mean.
read: moments-cancellation
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean = x.mean(axis=0)
    var = ((x**2).mean(axis=0) - mean**2) * len(x) / (len(x) - 1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
