"""A feature whose numbers lie within 1e-8 counts as constant.

loses: min_max_scale, standardize
hint: You compare the spread of a feature with a small number of your choice. In other units the
    same spread would be large: a feature is constant only if all its values are equal.
read: scaling-constant
"""


def min_max_scale(x):
    low, high = x.min(axis=0), x.max(axis=0)
    constant = high - low < 1e-8
    return np.where(constant, 0, (x - low) / np.where(constant, 1, high - low)).astype(x.dtype)


def standardize(x):
    constant = x.max(axis=0) - x.min(axis=0) < 1e-8
    centered = x - x.mean(axis=0, dtype=np.float64)
    sd = np.sqrt(np.square(centered).mean(axis=0))
    return np.where(constant, 0, centered / np.where(constant, 1, sd)).astype(x.dtype)
