"""np.isclose decides whether a feature is constant.

loses: min_max_scale, standardize
hint: You compare the smallest and the largest value with np.isclose, which takes small numbers,
    and numbers that hardly differ from a large one, for equal. A feature is constant only if all
    its values are equal.
read: scaling-constant
"""


def min_max_scale(x):
    low, high = x.min(axis=0), x.max(axis=0)
    constant = np.isclose(low, high)
    return np.where(constant, 0, (x - low) / np.where(constant, 1, high - low)).astype(x.dtype)


def standardize(x):
    constant = np.isclose(x.min(axis=0), x.max(axis=0))
    centered = x - x.mean(axis=0, dtype=np.float64)
    sd = np.sqrt(np.square(centered).mean(axis=0))
    return np.where(constant, 0, centered / np.where(constant, 1, sd)).astype(x.dtype)
