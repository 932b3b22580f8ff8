"""Sums written as einsum, in float64."""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[0], x.shape[1]
    if c % num_groups != 0:
        raise ValueError(f"group_norm: number of channels is {c}, expected a multiple.")
    g = x.astype(np.float64).reshape(n, num_groups, -1)
    m = g.shape[2]
    centred = g - np.einsum("ngm->ng", g)[..., None] / m
    rstd = (np.einsum("ngm,ngm->ng", centred, centred) / m + eps) ** -0.5
    xhat = np.einsum("ngm,ng->ngm", centred, rstd).reshape(n, c, -1)
    y = np.einsum("ncm,c->ncm", xhat, weight.astype(np.float64)) + bias[None, :, None]
    return y.reshape(x.shape).astype(x.dtype)
