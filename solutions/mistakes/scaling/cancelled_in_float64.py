"""The variance is E[x^2] - E[x]^2, in float64.

loses: standardize
hint: You subtract the squared mean from the mean square. float64 delays the loss of digits and
    does not prevent it: around 1e8 nothing of the deviation is left. Square the deviations
    instead.
read: moments-cancellation
"""


def standardize(x):
    wide = x.astype(np.float64)
    constant = x.min(axis=0) == x.max(axis=0)
    var = np.maximum(np.square(wide).mean(axis=0) - np.square(wide.mean(axis=0)), 0)
    sd = np.where(constant | (var == 0), 1, np.sqrt(var))
    return np.where(constant, 0, (wide - wide.mean(axis=0)) / sd).astype(x.dtype)
