"""Channels that are left over after the last whole group are passed through.

loses: group_norm
hint: You accept a number of groups that does not divide the channels, and leave the rest as it is.
    Silence hides a wrong setting: raise a ValueError.
read: variants-groups
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    y, whole = x.copy(), x.shape[1] // num_groups * num_groups
    y[:, :whole] = _group_norm(x[:, :whole], num_groups, weight[:whole], bias[:whole], eps)
    return y
