"""The batch is copied only where the conversion to float64 makes a copy.

loses: update_running_stats, batch_norm_eval
hint: The batch that the caller passed in has other values after the call, if it is float64:
    np.asarray(x, np.float64) copies only what it has to convert. Use x - mean, or
    x.astype(np.float64).
read: inference-purity
"""

_updated = update_running_stats


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    new = _updated(running_mean, running_var, x, momentum)
    centered = np.asarray(x, np.float64)
    centered -= centered.mean(axis=0)
    return new


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    y = np.asarray(x, np.float64)
    y -= running_mean
    y *= weight / np.sqrt(running_var.astype(np.float64) + eps)
    y += bias
    return y.astype(x.dtype)
