"""Two empty lists are no error.

loses: paired_interval
hint: Two empty lists give nan. No pairs say nothing at all: raise a ValueError for fewer than
    two, none included.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) == 1:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
