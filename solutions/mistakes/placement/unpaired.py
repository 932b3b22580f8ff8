"""The two groups are compared without their pairs.

loses: paired_interval
hint: Your interval ignores which results belong together, so the differences between seeds drown
    the difference between variants. Subtract within each pair first.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / n)
    t = stats.t.ppf((1 + confidence) / 2, 2 * n - 2)
    return d.mean() - t * error, d.mean() + t * error
