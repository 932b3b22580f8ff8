"""Half precision comes back as float32.

loses: min_max_scale, standardize
hint: You widen half precision for the computation and return the wide result. Convert it back to
    the dtype of x at the end.
read: scaling-purity
"""


def min_max_scale(x):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    low, high = wide.min(axis=0), wide.max(axis=0)
    return (wide - low) / np.where(high > low, high - low, 1)


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    centered = np.where(constant, 0, x - x.mean(axis=0, dtype=np.float64))
    y = centered / np.where(constant, 1, np.sqrt(np.square(centered).mean(axis=0)))
    return y.astype(np.promote_types(x.dtype, np.float32))
