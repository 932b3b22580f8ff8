"""Both results have the dtype of the running mean.

loses: update_running_stats
hint: Your running variance has the dtype of the running mean. Each statistic keeps its own dtype.
read: inference-purity
"""

_updated = update_running_stats


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    wide = _updated(running_mean.astype(np.float64), running_var.astype(np.float64), x, momentum)
    return tuple(each.astype(running_mean.dtype) for each in wide)
