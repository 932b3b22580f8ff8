"""The channels are moved to the end to be grouped, and reshaped back without being moved back.

loses: group_norm
hint: You move the axes before you normalize, and then only reshape. A reshape does not move
    numbers: undo the move first, or the values land in other channels and pixels.
read: variants-axes
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    pixels_first = np.moveaxis(x, 1, -1).reshape(n, -1, num_groups, c // num_groups)
    mean = pixels_first.mean(axis=(1, 3), keepdims=True)
    var = pixels_first.var(axis=(1, 3), keepdims=True)
    xhat = ((pixels_first - mean) / np.sqrt(var + eps)).reshape(x.shape)
    shape = (1, c) + (1,) * (x.ndim - 2)
    return xhat * weight.reshape(shape) + bias.reshape(shape)
