"""The variance is E[x^2] - E[x]^2, in float64.

loses: group_norm
hint: You subtract the squared mean from the mean square. float64 delays the loss of digits and
    does not prevent it: around 1e8 nothing of the variance is left. Square the deviations instead.
read: moments-cancellation
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    if x.shape[1] % num_groups:
        raise ValueError(f"group_norm: channels is {x.shape[1]}, expected equal groups.")
    groups = x.astype(np.float64).reshape(len(x), num_groups, -1)
    mean = groups.mean(axis=2, keepdims=True)
    var = np.maximum(np.square(groups).mean(axis=2, keepdims=True) - np.square(mean), 0)
    xhat = ((groups - mean) / np.sqrt(var + eps)).reshape(x.shape)
    per_channel = (-1,) + (1,) * (x.ndim - 2)
    return (weight.reshape(per_channel) * xhat + bias.reshape(per_channel)).astype(x.dtype)
