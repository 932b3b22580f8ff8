"""More groups than channels are taken for as many as channels.

loses: group_norm
hint: You limit the number of groups to the number of channels. A number that does not divide the
    channels is an error, and a larger one does not divide them: raise ValueError.
read: variants-groups
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    return _group_norm(x, min(num_groups, x.shape[1]), weight, bias, eps)
