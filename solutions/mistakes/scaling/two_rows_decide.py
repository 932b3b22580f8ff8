"""A feature whose first two values are equal counts as constant.

loses: min_max_scale, standardize
hint: You compare some of the rows only and take a feature for constant in which another row
    differs. A feature is constant only if all its values are equal.
read: scaling-constant
"""


def min_max_scale(x):
    low = x.min(axis=0)
    constant = x[0] == x[len(x) // 2]
    spread = np.where(constant, 1, x.max(axis=0) - low)
    return np.where(constant, 0, (x - low) / spread).astype(x.dtype)


def standardize(x):
    constant = x[0] == x[len(x) // 2]
    centered = x - x.mean(axis=0, dtype=np.float64)
    sd = np.sqrt(np.square(centered).mean(axis=0))
    return np.where(constant, 0, centered / np.where(constant, 1, sd)).astype(x.dtype)
