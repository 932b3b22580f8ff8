"""Each channel is normalized by itself, whatever the number of groups: instance norm.

loses: group_norm
hint: Each of your channels has statistics of its own, whatever num_groups is. That is instance
    norm, the case of as many groups as channels; the channels of a group share one mean.
read: variants-axes
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    pixels = x.reshape(n, c, -1)
    mean = pixels.mean(axis=2, keepdims=True)
    var = pixels.var(axis=2, keepdims=True)
    xhat = ((pixels - mean) / np.sqrt(var + eps)).reshape(x.shape)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return xhat * weight.reshape(shape) + bias.reshape(shape)
