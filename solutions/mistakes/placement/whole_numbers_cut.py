"""b is converted to the dtype of a.

loses: paired_interval
hint: You make b of the dtype of a, so where the results of a are whole numbers those of b lose
    their fraction. Make both float64.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    a = np.asarray(a)
    d = np.asarray(b).astype(a.dtype) - a
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
