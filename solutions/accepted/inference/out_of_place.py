"""Copies that are then changed in place, and covariance for the unbiased variance."""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    rows = x.shape[0]
    if rows <= 1:
        raise ValueError(f"update_running_stats: rows are {rows}, expected at least 2.")
    mean, var = running_mean.copy(), running_var.copy()
    wide = x.astype(np.float64)
    unbiased = np.diag(np.atleast_2d(np.cov(wide, rowvar=False)))
    mean += (momentum * (np.average(wide, axis=0) - mean)).astype(mean.dtype)
    var += (momentum * (unbiased - var)).astype(var.dtype)
    return mean, var


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    y = x.astype(np.float64)
    y -= running_mean
    y /= np.sqrt(running_var + eps)
    y *= weight
    y += bias
    return y.astype(x.dtype)
