"""A group takes every G-th channel, not neighbours.

loses: group_norm
hint: Your groups take every G-th channel. A group is a run of neighbouring channels:
    the first C / G of them, then the next.
read: variants-groups
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    groups = x.reshape(n, c // num_groups, num_groups, -1)
    mean = groups.mean(axis=(1, 3), keepdims=True)
    var = groups.var(axis=(1, 3), keepdims=True)
    xhat = ((groups - mean) / np.sqrt(var + eps)).reshape(x.shape)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return xhat * weight.reshape(shape) + bias.reshape(shape)
