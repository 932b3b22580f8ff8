"""The confidence is always 95 %.

loses: paired_interval
hint: Your interval is the same for every confidence. The quantile depends on it.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf(0.975, n - 1)
    return d.mean() - t * error, d.mean() + t * error
