"""The counts are added in int32.

loses: merge_moments
hint: You keep the counts in 32 bits, and they overflow beyond two billion rows. Numbers of Python
    have no limit, and float64 counts far enough.
read: sync-merge
"""

_merge = merge_moments


def merge_moments(a, b):
    counts = np.array([a[0], b[0]]).astype(np.int32)
    return _merge((counts[0], *a[1:]), (counts[1], *b[1:]))
