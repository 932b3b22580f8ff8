"""Where the means are equal, the array of the first set is the result.

loses: merge_moments
hint: Where both means are equal you return the first array itself. Who writes into the result then
    changes the set that was merged; return an array of your own.
read: moments-purity
"""

_merge = merge_moments


def merge_moments(a, b):
    count, mean, var = _merge(a, b)
    return count, a[1] if np.array_equal(a[1], b[1]) else mean, var
