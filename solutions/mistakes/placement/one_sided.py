"""All of the doubt is put on one side of the quantile.

loses: paired_interval
hint: Your quantile leaves the whole doubt on each side, so your 95 % interval is a 90 % interval.
    Half of the doubt belongs to each side.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf(confidence, n - 1)
    return d.mean() - t * error, d.mean() + t * error
