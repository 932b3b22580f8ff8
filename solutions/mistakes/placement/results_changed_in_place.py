"""The differences are computed in the memory of b.

loses: paired_interval
hint: Your function subtracts in place, so the results of the caller are differences afterwards:
    np.asarray makes no copy of a float64 array. Make a new array.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b, dtype=float)
    d -= np.asarray(a, dtype=float)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
