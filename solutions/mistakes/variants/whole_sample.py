"""The whole sample is normalized at once, whatever the number of groups: layer norm.

loses: group_norm
hint: Your statistics are over all channels of a sample, whatever num_groups is. That is layer
    norm, the case of one group; each group has a mean and a variance of its own.
read: variants-groups
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    c = x.shape[1]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    axes = tuple(range(1, x.ndim))
    xhat = x - x.mean(axis=axes, keepdims=True)
    xhat = xhat / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return xhat * weight.reshape(shape) + bias.reshape(shape)
