"""The deviations of a half-precision batch are squared in half precision.

loses: batch_moments
hint: You square deviations in half precision, where the square of 256 is already infinite. Convert
    the batch to float32 before you square, and the result back to the dtype of x.
read: moments-precision
"""


def batch_moments(x):
    mean = x.mean(axis=0)
    centered = x - (mean if x.dtype == np.float16 else x.mean(axis=0, dtype=np.float64))
    return mean, (centered**2).mean(axis=0).astype(x.dtype)
