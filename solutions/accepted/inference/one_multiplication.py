"""Two weighted sums: evaluation is one multiplication and one addition per feature."""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) == 1:
        raise ValueError("update_running_stats: number of rows is 1, expected at least 2.")
    wide = x.astype(np.float64)
    old = np.stack([running_mean, running_var])
    new = np.stack([wide.mean(axis=0), wide.var(axis=0, ddof=1)])
    mean, var = np.einsum("s,sfd->fd", [1 - momentum, momentum], np.stack([old, new]))
    return mean.astype(running_mean.dtype), var.astype(running_var.dtype)


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    scale = weight / np.sqrt(running_var + eps)
    shift = bias - running_mean * scale
    return (x * scale + shift).astype(x.dtype)
