"""Only images work: the shape is taken apart into four numbers.

loses: group_norm
hint: You take the shape apart into N, C, H and W, so only images fit. Everything behind the
    channels can be treated as one axis, however many there are.
read: variants-axes
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    n, c, h, w = x.shape
    return _group_norm(x.reshape(n, c, h * w), num_groups, weight, bias, eps).reshape(n, c, h, w)
