"""The batch is copied only where the conversion to float64 makes a copy.

loses: group_norm
hint: The batch that the caller passed in has other values after the call, if it is float64:
    np.asarray(x, np.float64) copies only what it has to convert. Use x.astype(np.float64), or
    compute a new array.
read: scaling-purity
"""

_group_norm = group_norm


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    y = _group_norm(x, num_groups, weight, bias, eps)
    groups = np.asarray(x, np.float64).reshape(len(x), num_groups, -1)
    groups -= groups.mean(axis=2, keepdims=True)
    return y
