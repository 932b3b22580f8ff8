"""The result is filled through a reshaped copy.

loses: group_norm
hint: You write into np.empty_like(x).reshape(...). empty_like keeps the memory order of x, so for
    a transposed x reshape makes a copy, and the result is never filled. Reshape the values, not
    the array that you return.
read: variants-axes
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    y = np.zeros_like(x)
    rows = y.reshape(len(x), -1)
    rows[:] = _group_norm(x, num_groups, weight, bias, eps).reshape(len(x), -1)
    return y
