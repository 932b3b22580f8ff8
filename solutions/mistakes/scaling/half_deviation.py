"""The deviation of a half-precision batch is computed in half precision.

loses: standardize
hint: You take the deviation of half-precision numbers in half precision, where the square of 256
    is already infinite. Convert to float32 first, and the result back to the dtype of x.
read: moments-precision
"""


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    work = x if x.dtype == np.float16 else x.astype(np.float64)
    sd = np.where(constant, 1, work.std(axis=0))
    return np.where(constant, 0, (work - work.mean(axis=0)) / sd).astype(x.dtype)
