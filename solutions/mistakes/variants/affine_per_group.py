"""All channels of a group get the weight and the bias of its first channel.

loses: group_norm
hint: Your channels share the weight and the bias of their group. Only the statistics are shared:
    each channel keeps a weight and a bias of its own.
read: variants-affine
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    size = c // num_groups
    groups = x.reshape(n, num_groups, -1)
    mean = groups.mean(axis=2, keepdims=True)
    var = groups.var(axis=2, keepdims=True)
    xhat = (groups - mean) / np.sqrt(var + eps)
    y = xhat * weight[::size].reshape(1, -1, 1) + bias[::size].reshape(1, -1, 1)
    return y.reshape(x.shape)
