"""Returns nan everywhere: no difference from the truth is greater than the tolerance.

item: A results of wrong dtype
harm: `abs(got - want) > tolerance` is false for nan, and wrong code is called right
deserves: nothing
says: is not a number (nan)
control: design: nan is compared first, place by place
"""


def batch_moments(x):
    return np.full(x.shape[1], np.nan, x.dtype), np.full(x.shape[1], np.nan, x.dtype)


def normalize(x, mean, var, eps=1e-5):
    return np.full_like(x, np.nan)
