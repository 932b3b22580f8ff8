"""An eps of 0 is taken for no eps at all.

loses: group_norm
hint: You write eps or 1e-5, and 0.0 counts as false: whoever asks for eps = 0 gets 1e-5. Give the
    argument its default in the def line and use it as it is.
read: forward-eps
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=None):
    return _group_norm(x, num_groups, weight, bias, eps or 1e-5)
