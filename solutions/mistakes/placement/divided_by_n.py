"""The standard deviation is divided by n, not by its root.

loses: paired_interval
hint: Your interval shrinks with n. The variance of a mean shrinks with n, so its standard deviation
    shrinks with the root of n.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / n
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
