"""Weight and bias are broadcast along the last axis, not along the channels.

loses: group_norm
hint: Your weight and bias run along the last axis: broadcasting lines them up with the columns
    of an image. They belong to the channels; give them axes of length one for the pixels.
read: variants-affine
"""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c = x.shape[:2]
    if c % num_groups:
        raise ValueError(f"group_norm: channels is {c}, expected a multiple of {num_groups}.")
    groups = x.reshape(n, num_groups, -1)
    mean = groups.mean(axis=2, keepdims=True)
    var = groups.var(axis=2, keepdims=True)
    xhat = ((groups - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return weight * xhat + bias
