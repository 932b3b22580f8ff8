"""One column at a time, with Python's own numbers."""

import math


def scale_columns(x, scale):
    columns = [scale([float(value) for value in column]) for column in x.T]
    return np.array(columns, dtype=x.dtype).T


def min_max_scale(x):
    def scale(column):
        low, high = min(column), max(column)
        return [(value - low) / (high - low) if high > low else 0.0 for value in column]

    return scale_columns(x, scale)


def standardize(x):
    def scale(column):
        if min(column) == max(column):
            return [0.0] * len(column)
        mean = math.fsum(column) / len(column)
        sd = math.sqrt(math.fsum((value - mean) ** 2 for value in column) / len(column))
        return [(value - mean) / sd for value in column]

    return scale_columns(x, scale)
