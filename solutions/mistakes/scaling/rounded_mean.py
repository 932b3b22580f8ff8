"""The mean of half precision is rounded to it before it is taken off.

loses: standardize
hint: Your mean of half precision is rounded to half precision before you take it off: at 2049
    it is off by 1, and so is every deviation. Keep the mean in float32 until the end.
read: moments-precision
"""


def standardize(x):
    constant = x.min(axis=0) == x.max(axis=0)
    mean = x.mean(axis=0) if x.dtype == np.float16 else x.mean(axis=0, dtype=np.float64)
    centered = np.where(constant, 0, x.astype(np.float64) - mean)
    sd = np.sqrt(np.square(centered).mean(axis=0))
    return (centered / np.where(constant, 1, sd)).astype(x.dtype)
