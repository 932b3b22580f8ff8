"""Axes of length one are squeezed away.

loses: group_norm
hint: Your result loses an axis where there is one sample, one channel or one pixel: squeeze
    removes every axis of length one. Return the shape of x.
read: variants-axes
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    return np.squeeze(_group_norm(x, num_groups, weight, bias, eps))
