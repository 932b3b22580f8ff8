"""eps is added to the standard deviation, outside the root.

loses: group_norm
hint: You add eps after the root. It belongs to the variance, under the root.
read: moments-eps
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    groups = x.reshape(n, num_groups, -1)
    mean = groups.mean(axis=2, keepdims=True)
    sd = groups.std(axis=2, keepdims=True)
    xhat = ((groups - mean) / (sd + eps)).reshape(x.shape)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return xhat * weight.reshape(shape) + bias.reshape(shape)
