"""Returns nan: no difference from the expected values is greater than the tolerance.

item: A results of wrong dtype
harm: `abs(got - want) > tolerance` is false for nan, so wrong code passes
deserves: nothing
says: is not a number (nan)
control: by_design: nan is compared first, element by element
"""


def batch_moments(x):
    return np.full(x.shape[1], np.nan, x.dtype), np.full(x.shape[1], np.nan, x.dtype)


def normalize(x, mean, var, eps=1e-5):
    return np.full_like(x, np.nan)
