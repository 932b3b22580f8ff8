"""The mean of half precision is rounded to it before it is taken off.

loses: group_norm
hint: Your mean of half precision is rounded to half precision before you take it off: at 2049
    it is off by 1, and so is every deviation. Keep the mean in float32 until the end.
read: moments-precision
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    if x.shape[1] % num_groups:
        raise ValueError(f"group_norm: channels is {x.shape[1]}, expected equal groups.")
    groups = x.reshape(len(x), num_groups, -1)
    wide = groups.astype(np.promote_types(x.dtype, np.float32))
    centered = wide - groups.mean(axis=2, keepdims=True)
    var = np.square(centered).mean(axis=2, keepdims=True)
    xhat = (centered / np.sqrt(var + eps)).reshape(x.shape)
    per_channel = (-1,) + (1,) * (x.ndim - 2)
    return (weight.reshape(per_channel) * xhat + bias.reshape(per_channel)).astype(x.dtype)
