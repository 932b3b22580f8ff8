"""b may be longer than a, and is cut.

loses: paired_interval
hint: You only notice where b is shorter than a; a longer b is cut. Results of different lengths
    are no pairs: raise a ValueError for both.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) > len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    b = b[: len(a)]
    d = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
