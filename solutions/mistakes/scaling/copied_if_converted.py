"""The batch is copied only where the conversion to float64 makes a copy.

loses: min_max_scale, standardize
hint: The array that the caller passed in has other values after the call, if it is float64:
    np.asarray(x, np.float64) copies only what it has to convert. Use x.astype(np.float64), or
    compute a new array.
read: scaling-purity
"""


def min_max_scale(x):
    y = np.asarray(x, np.float64)
    y -= y.min(axis=0)
    spread = y.max(axis=0)
    y /= np.where(spread == 0, 1, spread)
    return y.astype(x.dtype)


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    y = np.asarray(x, np.float64)
    y -= np.where(constant, y[0], y.mean(axis=0))
    y /= np.where(constant, 1, np.sqrt(np.square(y).mean(axis=0)))
    return y.astype(x.dtype)
