"""The result takes the dtype that the arithmetic gives.

loses: group_norm
hint: Your result takes over the dtype of the weight and the bias. The layer hands on the dtype it
    was given.
read: moments-precision
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    if x.shape[1] % num_groups:
        raise ValueError(f"group_norm: channels is {x.shape[1]}, expected groups of one size.")
    groups = x.reshape(len(x), num_groups, -1)
    mean, var = groups.mean(axis=2, keepdims=True), groups.var(axis=2, keepdims=True)
    xhat = ((groups - mean) / np.sqrt(var + eps)).reshape(x.shape)
    shape = (-1,) + (1,) * (x.ndim - 2)
    return xhat * weight.reshape(shape) + bias.reshape(shape)
