"""The quantile has n degrees of freedom.

loses: paired_interval
hint: Your quantile has n degrees of freedom. One is spent on the mean of the differences, which the
    spread is measured from.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n)
    return d.mean() - t * error, d.mean() + t * error
