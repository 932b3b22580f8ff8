"""The variance is the mean of squares minus the square of the mean.

loses: group_norm
hint: Your variance is the difference of two large numbers, which float32 cannot hold far from zero.
    Take off the mean first, then square.
read: moments-cancellation
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    groups = x.reshape(n, num_groups, -1)
    mean = groups.mean(axis=2, keepdims=True)
    var = (groups**2).mean(axis=2, keepdims=True) - mean**2
    xhat = ((groups - mean) / np.sqrt(np.maximum(var, 0) + eps)).reshape(x.shape)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return (xhat * weight.reshape(shape) + bias.reshape(shape)).astype(x.dtype)
