"""The group becomes an axis of its own and the pixels stay as they are; moments by NumPy."""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c, *pixels = x.shape
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    split = x.astype(np.promote_types(x.dtype, np.float32)).reshape(
        n, num_groups, c // num_groups, *pixels
    )
    axes = tuple(range(2, split.ndim))
    mean, sd = split.mean(axes, keepdims=True), np.sqrt(split.var(axes, keepdims=True) + eps)
    channels_last = np.moveaxis(((split - mean) / sd).reshape(x.shape), 1, -1)
    return np.moveaxis(channels_last * weight + bias, -1, 1).astype(x.dtype)
