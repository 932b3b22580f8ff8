"""Loops over columns with Python's own numbers."""

import math


def batch_moments(x):
    means, variances = [], []
    for column in x.T.tolist():
        mean = math.fsum(column) / len(column)
        means.append(mean)
        variances.append(math.fsum((value - mean) ** 2 for value in column) / len(column))
    return np.array(means, dtype=x.dtype), np.array(variances, dtype=x.dtype)


def normalize(x, mean, var, eps=1e-5):
    rows = [
        [(value - m) / math.sqrt(v + eps) for value, m, v in zip(row, mean, var, strict=True)]
        for row in x
    ]
    return np.array(rows, dtype=x.dtype)
