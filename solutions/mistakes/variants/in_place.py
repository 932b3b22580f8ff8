"""The batch itself is overwritten.

loses: group_norm
hint: Your code writes into x: a reshape is a view of the same numbers, and -= changes them.
    Make new arrays; the caller still needs x.
read: moments-purity
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    groups = x.reshape(n, num_groups, -1)
    groups -= groups.mean(axis=2, keepdims=True)
    groups /= np.sqrt((groups**2).mean(axis=2, keepdims=True) + eps)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return groups.reshape(x.shape) * weight.reshape(shape) + bias.reshape(shape)
