"""The quantile is that of the normal distribution.

loses: paired_interval
hint: Your interval uses the normal distribution, as if the spread were known. It is estimated from
    a few pairs, and Student's distribution is wider for that reason.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.norm.ppf((1 + confidence) / 2)
    return d.mean() - t * error, d.mean() + t * error
