"""The interval is that of a - b.

loses: paired_interval
hint: Your interval has the wrong sign. It is about b - a: positive where b is larger.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(a) - np.asarray(b)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
