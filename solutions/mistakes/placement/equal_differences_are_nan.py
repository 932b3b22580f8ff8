"""scipy is asked for an interval of width 0.

loses: paired_interval
hint: Where all differences are equal your interval is nan, because stats.t.interval cannot
    scale by 0. Such pairs leave no doubt: both ends are the difference.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    return stats.t.interval(confidence, n - 1, loc=d.mean(), scale=error)
