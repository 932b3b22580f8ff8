"""The batch is scaled where it lies.

loses: min_max_scale, standardize
hint: The array that the caller passed in has other values after the call. Compute a new array and
    leave the argument as it was.
read: scaling-purity
"""


def min_max_scale(x):
    x -= x.min(axis=0)
    spread = x.max(axis=0)
    x /= np.where(spread == 0, 1, spread)
    return x


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    x -= np.where(constant, x[0], x.mean(axis=0))
    x /= np.where(constant, 1, np.sqrt(np.square(x).mean(axis=0)))
    return x
