"""Uneven groups are refused by an assert, which is another exception and can be switched off.

loses: group_norm
hint: You refuse uneven groups with an assert. That raises an AssertionError, and `python -O`
    removes it; for a wrong argument raise a ValueError that says what was got and expected.
read: variants-groups
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    assert x.shape[1] % num_groups == 0, "channels must be divisible by num_groups"
    return _group_norm(x, num_groups, weight, bias, eps)
