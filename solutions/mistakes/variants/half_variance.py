"""The variance of half precision is computed in half precision.

loses: group_norm
hint: You take the variance of half-precision numbers in half precision, where the square of 256 is
    already infinite. Convert x to float32 first, and y back to the dtype of x.
read: moments-precision
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    if x.dtype != np.float16:
        return _group_norm(x, num_groups, weight, bias, eps)
    if x.shape[1] % num_groups:
        raise ValueError(f"group_norm: channels is {x.shape[1]}, expected equal groups.")
    groups = x.reshape(len(x), num_groups, -1)
    mean, var = groups.mean(axis=2, keepdims=True), groups.var(axis=2, keepdims=True)
    xhat = ((groups - mean) / np.sqrt(var + eps)).reshape(x.shape)
    per_channel = (-1,) + (1,) * (x.ndim - 2)
    return (weight.reshape(per_channel) * xhat + bias.reshape(per_channel)).astype(x.dtype)
