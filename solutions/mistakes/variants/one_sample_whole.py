"""A single sample is normalized as a whole.

loses: group_norm
hint: A sample by itself has another output than in a batch: its groups are forgotten. The groups
    are those of the channels, whatever the number of samples.
read: variants-groups
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    y = _group_norm(x, num_groups, weight, bias, eps)
    return y if len(x) > 1 else _group_norm(x, 1, weight, bias, eps)
