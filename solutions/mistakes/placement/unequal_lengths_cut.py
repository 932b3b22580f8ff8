"""The longer list is cut to the length of the shorter.

loses: paired_interval
hint: Your function drops results that have no partner, without a word. Results that do not pair up
    are a mistake of the caller: a ValueError.
read: placement-interval
"""


def paired_interval(a, b, confidence=0.95):
    if min(len(a), len(b)) < 2:
        raise ValueError("paired_interval: results are not pairs, expected two or more pairs.")
    d = np.array([y - x for x, y in zip(a, b, strict=False)])
    n = len(d)
    error = d.std(ddof=1) / np.sqrt(n)
    t = stats.t.ppf((1 + confidence) / 2, n - 1)
    return d.mean() - t * error, d.mean() + t * error
