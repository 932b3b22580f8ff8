"""Each channel of each sample becomes one straight line, scale * x + shift, around the mean."""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    rows = np.ascontiguousarray(x, dtype=np.float64).reshape(n * num_groups, -1)
    mean = rows.mean(axis=1).repeat(c // num_groups).reshape(n, c, 1)
    scale = (1 / np.sqrt(rows.var(axis=1) + eps)).repeat(c // num_groups).reshape(n, c, 1)
    scale = scale * weight[:, None]
    shift = bias[:, None] - mean * scale
    return (x.reshape(n, c, -1) * scale + shift).reshape(x.shape).astype(x.dtype)
