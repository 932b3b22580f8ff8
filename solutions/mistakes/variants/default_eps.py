"""The default of eps has been changed to 1e-3.

loses: group_norm
hint: With no eps given, your layer uses another one than 1e-5. Leave the signature as it was.
read: moments-eps
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-3):
    return _group_norm(x, num_groups, weight, bias, eps)
