"""eps is added to the caller's own variance, if it is float64.

loses: identity_parameters
hint: The variance that the caller passed in has grown by eps after the call: var += eps changes
    the caller's array, and np.asarray(var, np.float64) does not copy float64. Write var + eps.
read: forward-purity
"""


def identity_parameters(mean, var, eps=1e-5):
    wide = np.asarray(var, np.float64)
    wide += eps
    return np.sqrt(wide).astype(var.dtype), mean.copy()
