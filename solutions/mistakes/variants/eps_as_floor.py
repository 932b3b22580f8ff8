"""Eps replaces a small variance.

loses: group_norm
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: forward-eps
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    if x.shape[1] % num_groups:
        raise ValueError(f"group_norm: channels is {x.shape[1]}, expected equal groups.")
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    groups = wide.reshape(len(x), num_groups, -1)
    centered = groups - groups.mean(axis=2, keepdims=True)
    var = np.maximum(np.square(centered).mean(axis=2, keepdims=True), eps)
    xhat = (centered / np.sqrt(var)).reshape(x.shape)
    per_channel = (-1,) + (1,) * (x.ndim - 2)
    return (weight.reshape(per_channel) * xhat + bias.reshape(per_channel)).astype(x.dtype)
