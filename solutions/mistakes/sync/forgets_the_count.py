"""The merged triple keeps the count of the first set.

loses: merge_moments, sync_batch_norm
hint: Mean and variance are merged, but the count you return is that of the first set.
    The next merge would give this one too little weight; the counts add up.
read: sync-counts
"""

_merge_moments = merge_moments


def merge_moments(a, b):
    return a[0], *_merge_moments(a, b)[1:]
