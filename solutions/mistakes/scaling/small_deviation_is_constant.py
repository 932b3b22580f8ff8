"""A feature whose deviation is below 1e-6 counts as constant.

loses: standardize
hint: You take a feature for constant because its deviation is small. In other units it would be
    large: a feature is constant only if all its values are equal.
read: scaling-constant
"""


def standardize(x):
    centered = x - x.mean(axis=0, dtype=np.float64)
    sd = np.sqrt(np.square(centered).mean(axis=0))
    constant = (sd < 1e-6) | (x.max(axis=0) == x.min(axis=0))
    return np.where(constant, 0, centered / np.where(constant, 1, sd)).astype(x.dtype)
