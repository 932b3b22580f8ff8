"""One pair is accepted.

loses: paired_interval
hint: Your function gives an answer for a single pair. One difference has no spread, so there is no
    interval: a ValueError.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b):
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.asarray(b) - np.asarray(a)
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
