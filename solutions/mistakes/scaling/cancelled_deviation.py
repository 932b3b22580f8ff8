"""The variance is E[x^2] - E[x]^2.

loses: standardize
hint: You subtract the squared mean from the mean square. Far from zero these are two large, nearly
    equal numbers, and their difference has lost its digits: square the deviations instead.
read: moments-cancellation
"""


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    var = np.square(x).mean(axis=0) - np.square(x.mean(axis=0))
    sd = np.where(constant, 1, np.sqrt(np.maximum(var, 0)))
    return np.where(constant, 0, (x - x.mean(axis=0)) / sd)
