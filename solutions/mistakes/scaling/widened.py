"""The result is float64 whatever the batch was.

loses: min_max_scale, standardize
hint: Your result is float64 although the batch was narrower. Compute as wide as you like, and
    return the dtype of x.
read: scaling-purity
"""


def min_max_scale(x):
    x = x.astype(np.float64)
    low = x.min(axis=0)
    spread = x.max(axis=0) - low
    return (x - low) / np.where(spread == 0, 1, spread)


def standardize(x):
    x = x.astype(np.float64)
    centered = x - np.where(x.min(axis=0) == x.max(axis=0), x[0], x.mean(axis=0))
    sd = np.sqrt(np.square(centered).mean(axis=0))
    return centered / np.where(sd == 0, 1, sd)
