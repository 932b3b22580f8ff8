"""The result is float64 whatever came in.

loses: group_norm
hint: You compute in float64, which is fine, and return it, which is not: a network in float32
    would change its type at this layer. Return the dtype of x.
read: moments-precision
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    return _group_norm(x.astype(np.float64), num_groups, weight, bias, eps)
