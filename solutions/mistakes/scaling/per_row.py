"""Range and deviation are those of a row.

loses: min_max_scale, standardize
hint: Your code takes its statistics along each row, which mixes kilograms with metres. A feature
    is a column: it gets statistics of its own, over all rows.
read: scaling-axis
"""


def min_max_scale(x):
    low = x.min(axis=1, keepdims=True)
    spread = x.max(axis=1, keepdims=True) - low
    return (x - low) / np.where(spread == 0, 1, spread)


def standardize(x):
    sd = x.std(axis=1, keepdims=True)
    return (x - x.mean(axis=1, keepdims=True)) / np.where(sd == 0, 1, sd)
