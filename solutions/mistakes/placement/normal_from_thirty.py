"""From 30 pairs on the normal quantile is used.

loses: paired_interval
hint: You take the normal quantile from 30 pairs on, a rule from the time of printed tables.
    Student's is right for any number of pairs; take it always.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    q = (1 + confidence) / 2
    t = stats.t.ppf(q, n - 1) if n < 30 else stats.norm.ppf(q)
    return d.mean() - t * error, d.mean() + t * error
