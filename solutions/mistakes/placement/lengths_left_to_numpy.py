"""The lengths are not compared.

loses: paired_interval
hint: Your function leaves unequal lengths to NumPy, which repeats a single result for all the
    others. Compare the lengths yourself, and raise a ValueError.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
