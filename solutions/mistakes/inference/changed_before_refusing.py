"""The running mean has moved when a batch of one row is refused.

loses: update_running_stats
hint: Where you raise the ValueError, the running mean has been written to already. Look at the
    number of rows first, and write into arrays of your own.
read: inference-purity
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        running_mean += (momentum * (x.mean(axis=0) - running_mean)).astype(running_mean.dtype)
        raise ValueError("one row")
    mean = x.mean(axis=0, dtype=np.float64)
    var = np.square(x - mean).sum(axis=0) / (len(x) - 1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean.astype(running_mean.dtype), new_var.astype(running_var.dtype)
